import type { FinalRunEvent, RunFailed, RunReported, RunSucceeded } from '#contracts';

/** Final event of a run that succeeded or failed. */
export type FinishedRun = RunSucceeded | RunFailed | RunReported;

/** A cancelled run is neither a success nor a failure: whoever cancelled it knows. */
export function isFinishedRun(event: FinalRunEvent): event is FinishedRun {
  return event.type !== 'cancelled';
}

export function hasFailed(event: FinishedRun): boolean {
  return event.type === 'failed' || (event.type === 'reported' && typeof event.error === 'string');
}
