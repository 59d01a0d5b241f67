import { type AnyRunEvent, type FinalRunEvent, isFinal } from '#contracts';
import type { RunFacts } from './run-view.js';
import { waitingView } from './waiting-view.js';

/** What a run is like after an event, whatever was known of it before. */
export function foldEvent(before: RunFacts | undefined, event: AnyRunEvent): RunFacts {
  const view = before ?? waitingView(event.agent, event.request_id, event.origin);
  if (isFinal(event)) {
    return { ...view, ...finalPart(event) };
  }
  const begun = {
    attempt: event.attempt,
    started_at: event.started_at ?? view.started_at,
    executor: event.executor,
  };
  switch (event.type) {
    case 'attempt_failed':
      return {
        ...view,
        ...begun,
        status: 'pending',
        error_message: event.error,
        failure_reason: event.reason,
      };
    case 'progress':
      return {
        ...view,
        ...begun,
        status: 'running',
        progress: event.percent,
        progress_message: event.message ?? null,
      };
    default:
      return { ...view, ...begun, status: 'running' };
  }
}

function finalPart(event: FinalRunEvent): Partial<RunFacts> {
  const error = 'error' in event ? (event.error ?? null) : null;
  return {
    status: statusOf(event),
    attempt: event.attempt,
    finished_at: event.finished_at,
    error_message: error,
    failure_reason: reasonOf(event),
    ...(event.started_at !== undefined && { started_at: event.started_at }),
    ...('executor' in event && event.executor !== undefined && { executor: event.executor }),
  };
}

function statusOf(event: FinalRunEvent): RunFacts['status'] {
  switch (event.type) {
    case 'succeeded':
      return 'success';
    case 'reported':
      return typeof event.error === 'string' ? 'failed' : 'success';
    default:
      return event.type;
  }
}

function reasonOf(event: FinalRunEvent): string | null {
  switch (event.type) {
    case 'failed':
      return event.reason;
    case 'cancelled':
      return 'cancelled';
    case 'reported':
      return typeof event.error === 'string' ? 'error' : null;
    case 'succeeded':
      return null;
  }
}
