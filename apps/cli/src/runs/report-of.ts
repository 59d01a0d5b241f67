import type { RunReport } from '../run/run-report.js';
import type { RunDetail } from './run-answers.js';

/** How a run on the platform ended, as a local one is reported. */
export function reportOf(run: RunDetail, status: RunReport['status'], result: unknown): RunReport {
  const { agent, request_id, attempt, metrics, requested_at, finished_at, failure_reason, error_message } =
    run;
  const began = run.time_line.find(({ event }) => event === 'started')?.at ?? requested_at;
  return {
    agent,
    request_id,
    status,
    attempts: attempt,
    duration_ms: Date.parse(finished_at ?? began) - Date.parse(began),
    metrics,
    result,
    error:
      status === 'success'
        ? null
        : {
            reason: (failure_reason ?? status) as NonNullable<RunReport['error']>['reason'],
            message: error_message ?? status,
          },
  };
}
