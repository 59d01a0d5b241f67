import { describe, expect, it } from 'vitest';
import { RunEnd } from './run-end.js';
import type { StoredMessage } from './stored-message.js';

const AT = '2026-11-22T04:00:45Z';
const COMMON = {
  agent: 'known',
  request_id: 'run-1',
  attempt: 1,
  at: AT,
  origin: { trigger: 'api', requested_at: AT },
  executor: 'default-1',
  started_at: AT,
  finished_at: AT,
  metrics: {},
};
const SUCCEEDED = { ...COMMON, type: 'succeeded' };
const FAILED = { ...COMMON, type: 'failed', reason: 'error', error: 'it broke' };

function message(subject: string, body: unknown): StoredMessage {
  const data = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { subject, data, sequence: 7, storedAtNanos: 70n };
}

function endsIn(
  subject: string,
  body: unknown,
): { readonly ends: readonly RunEnd[]; readonly events: number } {
  return RunEnd.in(message(subject, body), (agent) => agent === 'known');
}

describe('RunEnd', () => {
  it('finds the ends of wanted agents in a pack, each at its place', () => {
    const pack = [
      SUCCEEDED,
      { ...SUCCEEDED, agent: 'other' },
      { ...COMMON, type: 'cancelled' },
      null,
      FAILED,
    ];
    const { ends, events } = endsIn('runs.packs.default-1', pack);
    expect(events).toBe(5);
    expect(ends.map(({ position, hasFailed }) => [position, hasFailed])).toEqual([
      [{ sequence: 7, index: 0, storedAtNanos: 70n }, false],
      [{ sequence: 7, index: 4, storedAtNanos: 70n }, true],
    ]);
    expect(ends[1]?.read()).toMatchObject(FAILED);
  });

  it('takes a lone event only from the subject of its run', () => {
    expect(endsIn('runs.events.run-1', FAILED).ends[0]?.read()).toMatchObject(FAILED);
    expect(endsIn('runs.events.run-2', FAILED).ends[0]?.read()).toBeUndefined();
  });

  it('knows a report of a failure', () => {
    const report = { ...COMMON, type: 'reported', report_hash: 'a'.repeat(64) };
    const { ends } = endsIn('runs.packs.default-1', [
      { ...report, error: 'x' },
      { ...report, error: null },
    ]);
    expect(ends.map(({ hasFailed }) => hasFailed)).toEqual([true, false]);
  });

  it.each([
    ['runs.events.run-1', 'no JSON', 1],
    ['runs.events.run-1', 'null', 1],
    ['runs.events.run-1', [FAILED], 1],
    ['runs.events.run-1', { ...COMMON, type: 'started' }, 1],
    ['runs.packs.default-1', FAILED, 1],
    ['runs.packs.default-1', [], 0],
    ['runs.packs.default-1', [[FAILED], 'text', 7, {}], 4],
  ])('finds none in what stands on %s as %j', (subject, body, events) => {
    expect(endsIn(subject, body)).toEqual({ ends: [], events });
  });

  it('gives no event that breaks its contract', () => {
    const { ends } = endsIn('runs.packs.default-1', [{ type: 'failed', agent: 'known' }]);
    expect(ends[0]?.read()).toBeUndefined();
  });
});
