import type { BacklogResult } from './backlog-result.js';
import type { BatchResult } from './batch-result.js';
import type { CatchUpResult } from './catch-up-result.js';
import type { LatencyResult } from './latency-result.js';
import type { PostResult } from './post-result.js';
import type { RecoveryResult } from './recovery-result.js';

/** All that was measured so far, over all rounds. */
export class Measured {
  readonly backlogs: BacklogResult[] = [];
  readonly latencies: LatencyResult[] = [];
  readonly posts: PostResult[] = [];
  readonly batches: BatchResult[] = [];
  readonly recoveries: RecoveryResult[] = [];
  readonly catchUps: CatchUpResult[] = [];
  /** Shares of the cores, 0 to 1, that were in use while the bench did nothing. */
  readonly others: number[] = [];

  /** Of a contestant, in each round so far. */
  runsPerSecond(contestant: string): number[] {
    return this.backlogs.filter(({ id }) => id === contestant).map(({ runsPerSecond }) => runsPerSecond);
  }
}
