import type { AttemptView, RunFacts, TimeLineEntry } from './run-view.js';

const ENDS = { success: 'succeeded', failed: 'failed', cancelled: 'cancelled' } as const;

/** The life of a run, moment by moment. */
export function timeLineOf(run: RunFacts, attempts: readonly AttemptView[]): TimeLineEntry[] {
  const entries: TimeLineEntry[] = [
    { at: run.requested_at, event: 'requested', attempt: null, detail: run.trigger },
  ];
  for (const {
    attempt,
    started_at: startedAt,
    finished_at: at,
    error_message: error,
    executor,
  } of attempts) {
    if (startedAt !== null) {
      entries.push({ at: startedAt, event: 'started', attempt, detail: executor });
    }
    entries.push({ at, event: 'attempt_failed', attempt, detail: error });
  }
  const { attempt, started_at: startedAt, finished_at: finishedAt, status, executor } = run;
  const isNew = attempts.every((each) => each.attempt !== attempt);
  if (startedAt !== null && isNew) {
    entries.push({ at: startedAt, event: 'started', attempt, detail: executor });
  }
  if (finishedAt !== null && status in ENDS) {
    const event = ENDS[status as keyof typeof ENDS];
    entries.push({ at: finishedAt, event, attempt, detail: run.error_message });
  }
  return entries;
}
