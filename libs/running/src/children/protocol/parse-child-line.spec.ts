import { describe, expect, it } from 'vitest';
import { parseChildLine } from './parse-child-line.js';

describe('parseChildLine', () => {
  it.each([
    { type: 'hello', protocol: 1, agents: ['a', { name: 'b' }], program: null },
    { type: 'pong', n: 0 },
    { type: 'progress', id: 'a:1', percent: 33.3 },
    { type: 'log', id: 'a:1', level: 'warn', message: '' },
    { type: 'metric', id: 'a:1', name: 'rows', value: false },
    { type: 'usage', id: 'a:1', model: 'm', input_tokens: 1, output_tokens: 0, cost_usd: null },
    { type: 'cache_put', id: 'a:1', n: 1, key: 'k', value: 0, ttl_ms: 5 },
    { type: 'result', id: 'a:1', metrics: {}, result: [1], of_a_newer_protocol: true },
    { type: 'error', error_type: 'E', message: 'm' },
  ])('understands $type', (message) => {
    expect(parseChildLine(JSON.stringify(message))).toEqual({ kind: 'message', message });
  });

  it.each([
    ['percent', { type: 'progress', id: 'a:1', percent: 101 }],
    ['percent', { type: 'progress', id: 'a:1' }],
    ['id', { type: 'result', metrics: {} }],
    ['metrics', { type: 'result', id: 'a:1', metrics: [1] }],
    ['level', { type: 'log', id: 'a:1', level: 'fatal', message: '' }],
    ['value', { type: 'cache_put', id: 'a:1', n: 1, key: 'k', value: null }],
    ['input_tokens', { type: 'usage', id: 'a:1', model: 'm', input_tokens: -1, output_tokens: 0 }],
    ['retryable', { type: 'error', error_type: 'E', message: 'm', retryable: 'no' }],
  ])('names the wrong field %s', (field, message) => {
    const problem = expect.stringMatching(new RegExp(`^${field} of a message of type ${message.type} must`));
    expect(parseChildLine(JSON.stringify(message))).toEqual({ kind: 'malformed', problem });
  });

  it.each(['', 'text', '{', '{}', '[]', 'null', '{"type":1}', '{"type":"toString"}', '{"type":"later"}'])(
    'takes %s for a print',
    (line) => {
      expect(parseChildLine(line)).toEqual({ kind: 'text' });
    },
  );
});
