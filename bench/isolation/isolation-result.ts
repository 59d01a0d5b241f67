import type { Latencies } from './stored-runs.js';

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What was measured of one case. */
export interface IsolationResult extends Latencies {
  readonly label: string;
  /** Of the backlog. */
  readonly runs: number;
  readonly runsPerSecond: number;
  readonly concurrency: number;
}
