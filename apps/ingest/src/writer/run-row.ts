import type { MetricValues } from '#contracts';

/**
 * What a batch of events makes of one row of `agent_runs`, in the names of its columns. What is absent becomes NULL: it
 * need not even be sent.
 */
export interface RunRow {
  readonly request_id: string;
  readonly agent_name: string;
  readonly status: 'pending' | 'running' | 'success' | 'failed' | 'cancelled';
  readonly attempt: number;
  readonly trigger: string;
  readonly schedule_name?: string | undefined;
  readonly scheduled_for?: string | undefined;
  readonly requested_at: string;
  readonly started_at?: string | undefined;
  readonly finished_at?: string | undefined;
  readonly input?: unknown;
  readonly result?: unknown;
  readonly error_message?: string | undefined;
  readonly failure_reason?: string | undefined;
  readonly executor?: string | undefined;
  readonly report_hash?: string | undefined;
}

/** A row of `agent_run_attempts`, with the run's request_id in place of its run_id. */
export interface AttemptRow {
  readonly request_id: string;
  readonly attempt: number;
  readonly reason: string;
  readonly error_message: string;
  readonly executor: string;
  readonly started_at: string | undefined;
  readonly finished_at: string;
}

/** What a batch of events means for one run. */
export interface RunChange {
  readonly row: RunRow;
  /** Counted only when this change makes the run final; empty unless its row is final. */
  readonly metrics: MetricValues;
}

/** How far an attempt has come, with the run's request_id in place of its run_id. */
export interface ProgressRow {
  readonly request_id: string;
  readonly attempt: number;
  readonly progress: number;
  readonly progress_message: string | null;
  readonly progress_at: string;
}

/** A row of `agent_run_logs`, with the run's request_id in place of its run_id. */
export interface LogRow {
  readonly request_id: string;
  readonly attempt: number;
  /** Number of the line within its attempt, from 0. */
  readonly line: number;
  readonly at: string;
  readonly level: string;
  readonly message: string;
}
