/** A stored metric, as `GET /metrics` shows it. */
export interface MetricReading {
  readonly id: number;
  readonly run_id: number;
  readonly agent_name: string;
  readonly metric_name: string;
  readonly metric_value: number | null;
  readonly metric_text: string | null;
  /** ISO 8601, when the run finished. */
  readonly recorded_at: string;
}

export interface MetricPage {
  /** Newest stored first. */
  readonly metrics: readonly MetricReading[];
  /** Asks for the page that follows; null on the last one. */
  readonly next_cursor: string | null;
}
