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

/** The row that one event alone makes of its run. */
export function runRow(event: AnyRunEvent): RunRow {
  return rowOf(event.request_id, event.agent, event.origin, event.attempt, outcomeOf(event));
}

/** The row of a run that was asked for and nothing more. */
export function pendingRow(requestId: string, agent: string, origin: RunOrigin): RunRow {
  return rowOf(requestId, agent, origin, 0, { status: 'pending' });
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

/** Field by field: thousands of rows are made each second, and spreading costs several times as much. */
function rowOf(
  requestId: string,
  agent: string,
  origin: RunOrigin,
  attempt: number,
  outcome: Outcome,
): RunRow {
  return {
    request_id: requestId,
    agent_name: agent,
    status: outcome.status,
    attempt,
    trigger: origin.trigger,
    schedule_name: origin.schedule,
    scheduled_for: timestamp(origin.scheduled_for),
    requested_at: inUtc(origin.requested_at),
    started_at: outcome.started_at,
    finished_at: outcome.finished_at,
    input: origin.input,
    result: outcome.result,
    error_message: outcome.error_message,
    failure_reason: outcome.failure_reason,
    executor: outcome.executor,
    report_hash: outcome.report_hash,
  };
}

function outcomeOf(event: AnyRunEvent): Outcome {
  if (isFinal(event)) {
    return finalOutcome(event);
  }
  const begun = { started_at: timestamp(event.started_at), executor: event.executor };
  return event.type === 'attempt_failed'
    ? // It waits for its next attempt, and shows what became of this one.
      { status: 'pending', ...begun, ...failure(event.reason, event.error) }
    : // An attempt that reports is running, whether or not its start has been seen.
      { status: 'running', ...begun };
}

function finalOutcome(event: FinalRunEvent): Outcome {
  const started_at = timestamp(event.started_at);
  const finished_at = inUtc(event.finished_at);
  switch (event.type) {
    case 'succeeded':
      return { status: 'success', started_at, finished_at, result: event.result, executor: event.executor };
    case 'failed':
    case 'cancelled': {
      const { type, executor, error } = event;
      const reason = event.type === 'failed' ? event.reason : 'cancelled';
      return { status: type, started_at, finished_at, executor, ...failure(reason, error) };
    }
    case 'reported': {
      const times = { started_at, finished_at, report_hash: event.report_hash };
      return typeof event.error === 'string'
        ? { status: 'failed', ...times, ...failure('error', event.error) }
        : { status: 'success', ...times };
    }
  }
}

function failure(reason: string, error: string): Pick<RunRow, 'failure_reason' | 'error_message'> {
  return { failure_reason: reason, error_message: error };
}

function timestamp(text: string | undefined): string | undefined {
  return text === undefined || text === null ? undefined : inUtc(text);
}

/** What is no plain timestamp is left to Postgres to take or refuse, as is what says itself that it is UTC. */
function inUtc(text: string): string {
  return text.endsWith('Z') ? text : (utcTimestamp(text) ?? text);
}
