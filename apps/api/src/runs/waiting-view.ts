import type { RunOrigin } from '#contracts';
import type { RunFacts } from './run-view.js';

/** A run that was asked for, and of which nothing more is known. */
export function waitingView(agent: string, requestId: string, origin: RunOrigin): RunFacts {
  return {
    run_id: null,
    request_id: requestId,
    agent,
    status: 'pending',
    trigger: origin.trigger,
    schedule: origin.schedule ?? null,
    scheduled_for: origin.scheduled_for ?? null,
    requested_at: origin.requested_at,
    started_at: null,
    finished_at: null,
    attempt: 0,
    error_message: null,
    failure_reason: null,
    progress: null,
    progress_message: null,
    executor: null,
  };
}
