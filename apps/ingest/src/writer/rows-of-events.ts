import {
  type AnyRunEvent,
  type AttemptFailed,
  type FinalRunEvent,
  isFinal,
  type RunLogged,
  type RunOrigin,
  type RunProgress,
  utcTimestamp,
} from '#contracts';
import type { AttemptRow, LogRow, ProgressRow, RunRow } from './run-row.js';

type Outcome = Pick<
  RunRow,
  | 'status'
  | 'started_at'
  | 'finished_at'
  | 'result'
  | 'error_message'
  | 'failure_reason'
  | 'executor'
  | 'report_hash'
>;

const NOTHING_YET: Outcome = {
  status: 'pending',
  started_at: null,
  finished_at: null,
  result: null,
  error_message: null,
  failure_reason: null,
  executor: null,
  report_hash: null,
};

/** The row that one event alone makes of its run. */
export function runRow(event: AnyRunEvent): RunRow {
  return {
    ...pendingRow(event.request_id, event.agent, event.origin),
    attempt: event.attempt,
    ...outcomeOf(event),
  };
}

/** The row of a run that was asked for and nothing more. */
export function pendingRow(requestId: string, agent: string, origin: RunOrigin): RunRow {
  return {
    request_id: requestId,
    agent_name: agent,
    attempt: 0,
    trigger: origin.trigger,
    schedule_name: origin.schedule ?? null,
    scheduled_for: timestamp(origin.scheduled_for),
    requested_at: inUtc(origin.requested_at),
    input: origin.input ?? null,
    ...NOTHING_YET,
  };
}

/** The row of an attempt that ended without deciding its run. */
export function attemptRow(event: AttemptFailed): AttemptRow {
  return {
    request_id: event.request_id,
    attempt: event.attempt,
    reason: event.reason,
    error_message: event.error,
    executor: event.executor,
    started_at: timestamp(event.started_at),
    finished_at: inUtc(event.finished_at),
  };
}

/** How far an attempt has come. */
export function progressRow(event: RunProgress): ProgressRow {
  return {
    request_id: event.request_id,
    attempt: event.attempt,
    progress: event.percent,
    progress_message: event.message ?? null,
    progress_at: inUtc(event.at),
  };
}

/** The lines of a run's log that an event brings. */
export function logRows({ request_id, attempt, first_line, entries }: RunLogged): LogRow[] {
  return entries.map(({ at, level, message }, index) => ({
    request_id,
    attempt,
    line: first_line + index,
    at: inUtc(at),
    level,
    message,
  }));
}

function outcomeOf(event: AnyRunEvent): Outcome {
  if (isFinal(event)) {
    return { ...NOTHING_YET, ...finalOutcome(event), ...timesOf(event) };
  }
  const begun = { ...NOTHING_YET, started_at: timestamp(event.started_at), executor: event.executor };
  return event.type === 'attempt_failed'
    ? // It waits for its next attempt, and shows what became of this one.
      { ...begun, ...failure(event.reason, event.error) }
    : // An attempt that reports is running, whether or not its start has been seen.
      { ...begun, status: 'running' };
}

function timesOf(event: FinalRunEvent): Pick<RunRow, 'started_at' | 'finished_at'> {
  return { started_at: timestamp(event.started_at), finished_at: inUtc(event.finished_at) };
}

function finalOutcome(event: FinalRunEvent): Partial<Outcome> {
  switch (event.type) {
    case 'succeeded':
      return { status: 'success', result: event.result ?? null, executor: event.executor };
    case 'failed':
      return {
        status: 'failed',
        executor: event.executor ?? null,
        ...failure(event.reason, event.error),
      };
    case 'cancelled':
      return {
        status: 'cancelled',
        executor: event.executor ?? null,
        ...failure('cancelled', event.error),
      };
    case 'reported':
      return typeof event.error === 'string'
        ? { status: 'failed', report_hash: event.report_hash, ...failure('error', event.error) }
        : { status: 'success', report_hash: event.report_hash };
  }
}

function failure(reason: string, error: string): Pick<RunRow, 'failure_reason' | 'error_message'> {
  return { failure_reason: reason, error_message: error };
}

function timestamp(text: string | undefined): string | null {
  return text === undefined || text === null ? null : inUtc(text);
}

/** What is no plain timestamp is left to Postgres to take or refuse. */
function inUtc(text: string): string {
  return utcTimestamp(text) ?? text;
}
