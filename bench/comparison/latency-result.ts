import type { Latencies } from './stored-rows.js';

/** What was measured of one contestant in one round at one pace. */
export interface LatencyResult {
  readonly id: string;
  readonly name: string;
  /** What the pace stands for. */
  readonly label: string;
  readonly perSecond: number;
  /** Missing when the pace was too fast. */
  readonly latencies?: Latencies;
}
