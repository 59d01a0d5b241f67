import type { FailureReason, MetricValues, NotificationOccasion } from '#contracts';

/** What somebody is told about a run. Bounded: an event of a megabyte makes a notice of a quarter of that at most. */
export interface Notice {
  readonly agent: string;
  readonly request_id: string;
  readonly rule: string;
  readonly occasion: NotificationOccasion;
  readonly status: 'success' | 'failed';
  readonly attempt: number;
  readonly schedule?: string;
  readonly reason?: FailureReason;
  readonly error?: string;
  /** ISO 8601, as are the others. */
  readonly started_at?: string;
  readonly finished_at: string;
  readonly duration_ms?: number;
  /** Runs that had failed in a row, this one included; for a recovery, before this one. */
  readonly failures_in_a_row: number;
  readonly metrics: MetricValues;
  readonly results?: TopResults;
}

/** The first of a run's results, in the order in which the agent gave them. */
export interface TopResults {
  readonly items: readonly unknown[];
  /** How many the run has. */
  readonly total: number;
  /** What keeps results from being shown, for people. */
  readonly problem?: string;
}
