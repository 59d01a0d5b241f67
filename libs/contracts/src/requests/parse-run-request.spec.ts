import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import { parseRunRequest, type StoredRequest } from './parse-run-request.js';

const STORED_AT_NANOS = 1_771_495_200_123_456_789n;

function stored(body: string, changes: Partial<StoredRequest> = {}): StoredRequest {
  return {
    subject: 'runs.requests.example',
    data: new TextEncoder().encode(body),
    messageId: undefined,
    sequence: 7,
    storedAtNanos: STORED_AT_NANOS,
    ...changes,
  };
}

describe('parseRunRequest', () => {
  it.each(['', '{}'])('takes %j as a whole request', (body) => {
    const { agent, requestId, origin } = parseRunRequest(stored(body));
    expect(agent).toBe('example');
    expect(requestId).toBe(`req-7-${STORED_AT_NANOS.toString(36)}`);
    expect(origin).toEqual({ trigger: 'message', requested_at: '2026-02-19T10:00:00.123Z' });
  });

  it('takes the identity from its header and everything else from the body', () => {
    const body = {
      input: { n: 1 },
      attempt_limit: 5,
      deadline: '2026-02-19 12:00:00',
      trigger: 'schedule',
      schedule: 'daily',
      scheduled_for: '2026-02-19T10:00:00',
    };
    const { requestId, request, origin } = parseRunRequest(
      stored(JSON.stringify(body), { messageId: 'mine' }),
    );
    expect(requestId).toBe('mine');
    expect(request).toMatchObject({
      ...body,
      deadline: '2026-02-19T12:00:00Z',
      scheduled_for: '2026-02-19T10:00:00Z',
    });
    expect(origin).toMatchObject({
      trigger: 'schedule',
      schedule: 'daily',
      scheduled_for: '2026-02-19T10:00:00Z',
      input: { n: 1 },
    });
  });

  it.each([
    ['inptu', '{"inptu":{}}'],
    ['input', '{"input":[]}'],
    ['input', '{"input":"a"}'],
    ['attempt_limit', '{"attempt_limit":0}'],
    ['attempt_limit', '{"attempt_limit":101}'],
    ['attempt_limit', '{"attempt_limit":"3"}'],
    ['deadline', '{"deadline":"2026-W08-4"}'],
    ['deadline', '{"deadline":"2026-02-30T00:00:00Z"}'],
    ['trigger', '{"trigger":"moon"}'],
    ['schedule', '{"schedule":"A"}'],
    ['scheduled_for', '{"scheduled_for":"tomorrow"}'],
    ['__proto__', '{"__proto__":{}}'],
    ['', '[]'],
    ['', 'not json'],
  ])('refuses %j in %s', (field, body) => {
    expect(() => parseRunRequest(stored(body))).toThrow(
      expect.objectContaining({ violations: expect.arrayContaining([expect.objectContaining({ field })]) }),
    );
  });

  it.each([
    { subject: 'runs.requests.Example' },
    { subject: 'runs.requests.a.b' },
    { subject: 'runs.requests.' },
    { messageId: 'a.b' },
    { messageId: '' },
    { messageId: 'm'.repeat(101) },
  ])('refuses %j', (changes) => {
    expect(() => parseRunRequest(stored('{}', changes))).toThrow(ContractViolation);
  });
});
