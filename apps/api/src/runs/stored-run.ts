import type { RunTrigger } from '#contracts';
import type { RunStatus } from '#database';
import type { RunFacts } from './run-view.js';

/** A row of `agent_runs`, as the queries here give it. */
export interface RunRecord {
  readonly id: string;
  readonly request_id: string;
  readonly agent_name: string;
  readonly status: RunStatus;
  readonly trigger: string;
  readonly schedule_name: string | null;
  readonly scheduled_for: Date | null;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly attempt: number;
  readonly error_message: string | null;
  readonly failure_reason: string | null;
  readonly progress: number | null;
  readonly progress_message: string | null;
  readonly executor: string | null;
  readonly input?: unknown;
  readonly result?: unknown;
}

/** A run that Postgres has. */
export interface StoredRun {
  readonly runId: number;
  readonly view: RunFacts;
  readonly input: Record<string, unknown> | null;
  readonly result: unknown;
}

export function storedRunOf(row: RunRecord): StoredRun {
  const input = (row.input ?? null) as Record<string, unknown> | null;
  return { runId: Number(row.id), view: runViewOf(row), input, result: row.result ?? null };
}

export function runViewOf(row: RunRecord): RunFacts {
  return {
    run_id: Number(row.id),
    request_id: row.request_id,
    agent: row.agent_name,
    status: row.status,
    trigger: row.trigger as RunTrigger,
    schedule: row.schedule_name,
    scheduled_for: textOf(row.scheduled_for),
    requested_at: row.requested_at.toISOString(),
    started_at: textOf(row.started_at),
    finished_at: textOf(row.finished_at),
    attempt: row.attempt,
    error_message: row.error_message,
    failure_reason: row.failure_reason,
    progress: row.progress,
    progress_message: row.progress_message,
    executor: row.executor,
  };
}

function textOf(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
