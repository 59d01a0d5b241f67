import type { ConsumerInfo } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import type { AliveExecutor } from '../executors/alive-executor.js';
import type { KnownRun } from './known-runs.js';
import type { WaitingFacts } from './waiting-facts.js';
import { aheadOf, reasonsOf } from './waiting-reasons.js';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const NOTHING = { pause: undefined, breaker: undefined };
const QUEUE = {
  num_pending: 3,
  num_ack_pending: 0,
  delivered: { stream_seq: 10 },
  config: { max_ack_pending: 10 },
} as ConsumerInfo;
const FREE = { id: 'one', held_runs: 0, concurrency: 2 } as AliveExecutor;
const FACTS: WaitingFacts = {
  standing: NOTHING,
  retryDelayMs: 1_000,
  executors: [FREE],
  queue: QUEUE,
  urgentQueue: { ...QUEUE, num_pending: 0 },
  place: { priority: 'normal', sequence: 11, andFollowing: 3 },
};

function reasons(facts: Partial<WaitingFacts>, events: object[] = []): [string, string | null][] {
  const run = { events: events.map((event, index) => ({ sequence: index + 1, event })) };
  const found = reasonsOf(run as unknown as KnownRun, { ...FACTS, ...facts }, NOW_MS);
  return found.map(({ reason, until }) => [reason, until]);
}

function failed(fields: object): object {
  const finishedAt = '2026-11-22T09:59:59.000Z';
  return {
    type: 'attempt_failed',
    attempt: 1,
    charged: 1,
    error: 'no',
    reason: 'error',
    finished_at: finishedAt,
    ...fields,
  };
}

describe('reasonsOf', () => {
  it('says when nothing is in the way', () => {
    expect(reasons({})).toEqual([['next', null]]);
  });

  it('claims nothing of what is not known', () => {
    expect(
      reasons({ executors: undefined, queue: undefined, urgentQueue: undefined, place: undefined }),
    ).toEqual([]);
  });

  it('counts those before it', () => {
    const place = { priority: 'normal', sequence: 20, andFollowing: 1 } as const;
    expect(reasons({ place })).toEqual([['behind_others', null]]);
    expect(aheadOf({ ...FACTS, place })).toBe(2);
  });

  it('counts those of high priority first, and only those for one of them', () => {
    const urgentQueue = { ...QUEUE, num_pending: 5 };
    expect(aheadOf({ ...FACTS, urgentQueue })).toBe(5);
    expect(reasons({ urgentQueue })).toEqual([['behind_others', null]]);
    const place = { priority: 'high', sequence: 12, andFollowing: 4 } as const;
    expect(aheadOf({ ...FACTS, urgentQueue, place })).toBe(1);
    const full = { ...QUEUE, num_ack_pending: 10 };
    expect(reasons({ queue: full, urgentQueue, place })).toEqual([
      ['limit_reached', null],
      ['behind_others', null],
    ]);
  });

  it('knows when every executor is full, and when one is not', () => {
    const full = { ...FREE, held_runs: 2 };
    expect(reasons({ executors: [full, full] })).toEqual([['executors_busy', null]]);
    expect(reasons({ executors: [full, FREE] })).toEqual([['next', null]]);
    expect(reasons({ executors: [] })).toEqual([['no_executor', null]]);
  });

  it('tells an open breaker from one that lets single runs through', () => {
    const breaker = { failures: 3, last_error: 'no', pause_ms: 1, open_until: '2026-11-22T10:01:00.000Z' };
    expect(reasons({ standing: { ...NOTHING, breaker } })).toEqual([
      ['breaker_open', '2026-11-22T10:01:00.000Z'],
    ]);
    const over = { ...breaker, open_until: '2026-11-22T09:00:00.000Z' };
    expect(reasons({ standing: { ...NOTHING, breaker: over } })).toEqual([['breaker_open', null]]);
  });

  it('tells what was handed over from what waits for a retry, and until when at the latest', () => {
    const place = { priority: 'normal', sequence: 10, andFollowing: 4 } as const;
    expect(reasons({ place })).toEqual([['handed_over', null]]);
    expect(reasons({ place }, [failed({ charged: 2 })])).toEqual([
      ['waits_for_retry', '2026-11-22T10:00:01.400Z'],
    ]);
    expect(reasons({ place }, [failed({ reason: 'drain', charged: 0 })])).toEqual([
      ['waits_for_retry', '2026-11-22T10:00:00.000Z'],
    ]);
    expect(reasons({ place }, [failed({ reason: 'lost' })])).toEqual([['waits_for_retry', null]]);
    expect(reasons({ place, retryDelayMs: undefined }, [failed({})])).toEqual([['waits_for_retry', null]]);
  });
});
