import {
  type AnyRunEvent,
  AttemptFailed,
  RunFailed,
  type RunOrigin,
  RunReported,
  RunStarted,
  RunSucceeded,
} from '#contracts';
import { describe, expect, it } from 'vitest';
import { foldEvents } from './fold-events.js';

const origin: RunOrigin = {
  trigger: 'message',
  requested_at: '2026-11-22T03:59:59.000Z',
  input: { city: 'Leon' },
};

function at(second: number): string {
  return `2026-11-22T04:00:${String(second).padStart(2, '0')}.000Z`;
}

function base(attempt: number, requestId: string) {
  return { agent: 'weather', request_id: requestId, attempt, at: at(59), origin };
}

function started(attempt: number, requestId = 'run-1'): RunStarted {
  return Object.assign(new RunStarted(), base(attempt, requestId), {
    executor: `executor-${attempt}`,
    started_at: at(attempt * 2),
    charged: attempt - 1,
  });
}

function attemptFailed(attempt: number, requestId = 'run-1'): AttemptFailed {
  return Object.assign(new AttemptFailed(), base(attempt, requestId), {
    reason: 'error' as const,
    error: `boom ${attempt}`,
    executor: `executor-${attempt}`,
    started_at: at(attempt * 2),
    finished_at: at(attempt * 2 + 1),
    charged: attempt,
  });
}

function succeeded(attempt: number, requestId = 'run-1', result: unknown = { ok: true }): RunSucceeded {
  return Object.assign(new RunSucceeded(), base(attempt, requestId), {
    executor: `executor-${attempt}`,
    started_at: at(attempt * 2),
    finished_at: at(attempt * 2 + 1),
    metrics: { rows: 3, label: 'x' },
    result,
  });
}

function permutations<T>(items: readonly T[]): T[][] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.toSpliced(index, 1)).map((others) => [item].concat(others)),
      );
}

/** Park and Miller's generator: the same orders in every test run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('foldEvents', () => {
  const whole: AnyRunEvent[] = [
    started(1),
    attemptFailed(1),
    started(2),
    attemptFailed(2),
    started(3),
    succeeded(3),
  ];

  it.each([1, 2, 3, 4, 5, 6])('gives one row for any order of the first %i events of a run', (count) => {
    const events = whole.slice(0, count);
    const expected = foldEvents(events);
    for (const order of permutations(events)) {
      expect(foldEvents(order)).toEqual(expected);
    }
    expect(expected.changes).toHaveLength(1);
    expect(expected.changes[0]?.row).toMatchObject({ attempt: Math.ceil(count / 2) });
  });

  it('gives the same rows for any duplication and any mixture with other runs', () => {
    const random = randomOf(20_261_122);
    const events = ['run-3', 'run-1', 'run-2'].flatMap((requestId) => [
      started(1, requestId),
      attemptFailed(1, requestId),
      started(2, requestId),
      succeeded(2, requestId),
    ]);
    const expected = foldEvents(events);
    for (let round = 0; round < 200; round += 1) {
      const copies = events.flatMap((event) =>
        Array.from({ length: 1 + Math.floor(random() * 3) }, () => event),
      );
      const order = copies
        .map((event) => ({ event, place: random() }))
        .toSorted((one, other) => one.place - other.place)
        .map(({ event }) => event);
      expect(foldEvents(order)).toEqual(expected);
    }
    expect(expected.changes.map(({ row }) => row.request_id)).toEqual(['run-1', 'run-2', 'run-3']);
    expect(expected.attempts.map(({ request_id, attempt }) => [request_id, attempt])).toEqual([
      ['run-1', 1],
      ['run-2', 1],
      ['run-3', 1],
    ]);
  });

  it('lets a run wait again after an attempt that failed', () => {
    const { changes, attempts } = foldEvents([attemptFailed(1), started(1)]);
    expect(changes[0]?.row).toMatchObject({
      status: 'pending',
      attempt: 1,
      error_message: 'boom 1',
      failure_reason: 'error',
      finished_at: undefined,
    });
    expect(attempts).toEqual([
      {
        request_id: 'run-1',
        attempt: 1,
        reason: 'error',
        error_message: 'boom 1',
        executor: 'executor-1',
        started_at: at(2),
        finished_at: at(3),
      },
    ]);
  });

  it('forgets the error of an earlier attempt', () => {
    const { changes } = foldEvents([attemptFailed(1), started(2)]);
    expect(changes[0]?.row).toMatchObject({
      status: 'running',
      error_message: undefined,
      failure_reason: undefined,
    });
    expect(changes[0]?.metrics).toEqual({});
  });

  it('keeps the first of two final events', () => {
    const { changes } = foldEvents([
      succeeded(1, 'run-1', 'first'),
      succeeded(2, 'run-1', 'second'),
      started(3),
    ]);
    expect(changes[0]?.row).toMatchObject({ status: 'success', attempt: 1, result: 'first' });
    expect(changes[0]?.metrics).toEqual({ rows: 3, label: 'x' });
  });

  it('knows nothing of executor and start when a run never began', () => {
    const failed = Object.assign(new RunFailed(), base(1, 'run-1'), {
      reason: 'deadline' as const,
      error: 'too late',
      finished_at: at(1),
      metrics: {},
    });
    expect(foldEvents([failed]).changes[0]?.row).toMatchObject({
      status: 'failed',
      failure_reason: 'deadline',
      started_at: undefined,
      executor: undefined,
      input: { city: 'Leon' },
      trigger: 'message',
    });
  });

  it.each([
    ['an error', 'boom', { status: 'failed', failure_reason: 'error', error_message: 'boom' }],
    ['an empty error', '', { status: 'failed', failure_reason: 'error', error_message: '' }],
    ['no error', null, { status: 'success', failure_reason: undefined, error_message: undefined }],
  ])('takes the status of a report with %s from its error', (_, error, expected) => {
    const reported = Object.assign(new RunReported(), base(1, 'run-1'), {
      started_at: '2026-11-22T04:00:00',
      finished_at: '2026-11-22T04:00:01.123456',
      metrics: {},
      error,
      report_hash: 'a'.repeat(64),
    });
    expect(foldEvents([reported]).changes[0]?.row).toMatchObject({
      ...expected,
      started_at: '2026-11-22T04:00:00Z',
      finished_at: '2026-11-22T04:00:01.123456Z',
      report_hash: 'a'.repeat(64),
    });
  });
});
