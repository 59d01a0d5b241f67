import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PrettyLines } from './pretty-lines.js';

function pretty(line: string): string {
  const output = new PassThrough({ encoding: 'utf8' });
  new PrettyLines(output).write(line);
  return stripVTControlCharacters(output.read() as string);
}

const BASE = { time: '2026-11-22T12:30:05.250Z', level: 'info', service: 'ingest' };

describe('PrettyLines', () => {
  it('writes time, level, class, message and facts', () => {
    const line = JSON.stringify({
      ...BASE,
      context: 'RunWriter',
      runs: 3,
      agents: ['a'],
      msg: 'Batch committed',
    });

    expect(pretty(line)).toBe('12:30:05.250 INFO  RunWriter: Batch committed runs=3 agents=["a"]\n');
  });

  it('writes the stack of an error below', () => {
    const line = JSON.stringify({
      ...BASE,
      level: 'error',
      msg: 'Failed',
      err: { stack: 'Error: no\n    at x' },
    });

    expect(pretty(line)).toBe('12:30:05.250 ERROR ingest: Failed\nError: no\n    at x\n');
  });

  it('passes on what is not JSON', () => {
    expect(pretty('plain\n')).toBe('plain\n');
  });
});
