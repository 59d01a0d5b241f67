import type { AnyRunEvent } from '#contracts';
import { expect, it } from 'vitest';
import { foldEvent } from './fold-events.js';
import type { RunFacts } from './run-view.js';

const AT = '2026-02-19T10:00:00.000Z';
const COMMON = {
  agent: 'a',
  request_id: 'r',
  attempt: 1,
  at: AT,
  origin: { trigger: 'api', requested_at: AT },
  executor: 'e',
  started_at: AT,
};

function folded(...events: object[]): RunFacts | undefined {
  return events.reduce<RunFacts | undefined>(
    (view, event) => foldEvent(view, { ...COMMON, ...event } as AnyRunEvent),
    undefined,
  );
}

it('follows a run from its start to its end', () => {
  const started = { type: 'started', charged: 0 };
  const progress = { type: 'progress', percent: 40, message: 'nearly', charged: 0 };
  const failed = { type: 'attempt_failed', reason: 'error', error: 'no', charged: 1, finished_at: AT };
  const succeeded = { type: 'succeeded', attempt: 2, finished_at: AT, metrics: {} };
  expect(folded(started)).toMatchObject({ status: 'running', executor: 'e', attempt: 1, run_id: null });
  expect(folded(started, progress)).toMatchObject({ progress: 40, progress_message: 'nearly' });
  expect(folded(started, failed)).toMatchObject({
    status: 'pending',
    error_message: 'no',
    failure_reason: 'error',
  });
  expect(folded(started, failed, succeeded)).toMatchObject({
    status: 'success',
    attempt: 2,
    finished_at: AT,
    error_message: null,
    failure_reason: null,
  });
});

it.each([
  [{ type: 'failed', reason: 'timeout', error: 'late' }, 'failed', 'timeout'],
  [{ type: 'cancelled', error: 'Cancelled', cancel_requested_at: AT }, 'cancelled', 'cancelled'],
  [{ type: 'reported', error: 'no' }, 'failed', 'error'],
  [{ type: 'reported', error: null }, 'success', null],
])('says how %j ends', (event, status, reason) => {
  const end = { finished_at: AT, metrics: {}, ...event };
  expect(folded(end)).toMatchObject({ status, failure_reason: reason, finished_at: AT });
});
