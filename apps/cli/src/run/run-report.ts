import type { FailureReason, MetricValues } from '#contracts';

/** How a run ended. */
export interface RunReport {
  readonly agent: string;
  readonly request_id: string;
  readonly status: 'success' | 'failed' | 'cancelled';
  readonly attempts: number;
  readonly duration_ms: number;
  readonly metrics: MetricValues;
  /** `null` when the run has none. */
  readonly result: unknown;
  /** Why it did not succeed. */
  readonly error: { readonly reason: FailureReason | 'cancelled'; readonly message: string } | null;
}
