import type { BenchServers } from '../support/bench-servers.js';
import type { ProgressBar } from '../support/progress-bar.js';
import type { Collector } from './collector.js';
import type { ProcessGroups } from './contestant.js';
import type { PostResult } from './post-result.js';
import { memoryBytes, processorTimes } from './process-usage.js';
import { METRICS_PER_RUN, type StoredRows } from './stored-rows.js';
import { postReports, type WrkFigures } from './wrk.js';

/** Of the load generator; a collector can't have more reports in work at a time. */
export const CONNECTIONS = 64;
const WARM_UP_SECONDS = 3;
const MILLISECOND = 1_000;

/** `POST /metrics`: reports one by one, each answered with 201 after its commit. */
export class PostCase {
  constructor(
    private readonly servers: BenchServers,
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
    private readonly seconds: number,
  ) {}

  /** @throws Error unless every report that was answered is stored */
  async measure(collector: Collector): Promise<PostResult> {
    await this.rows.empty();
    try {
      const url = await collector.start();
      this.bar.show(`${collector.name}: warm-up`, 0, 1);
      await postReports(url, CONNECTIONS, WARM_UP_SECONDS);
      const before = await this.rows.counts();
      const groups = this.groups(collector);
      const processorBefore = processorTimes(groups);
      this.bar.show(`${collector.name}: reports`, 0, 1);
      const figures = await postReports(url, CONNECTIONS, this.seconds);
      this.bar.show(`${collector.name}: reports`, 1, 1);
      const processor = processorTimes(groups);
      await this.verify(collector, figures, before.runs);
      const { requests, seconds, p50, p95, p99 } = figures;
      const times = Object.entries(processor).map(
        ([group, time]) => [group, (time - (processorBefore[group] ?? 0)) / requests] as const,
      );
      return {
        name: collector.name,
        requestsPerSecond: requests / seconds,
        latencies: [p50 / MILLISECOND, p95 / MILLISECOND, p99 / MILLISECOND],
        processorMicroseconds: Object.fromEntries(times),
        memoryBytes: memoryBytes(groups),
      };
    } finally {
      await collector.stop();
    }
  }

  /** wrk leaves in the middle, here and after the warm-up: of the last reports it has sent, it sees no answer. */
  private async verify({ name }: Collector, figures: WrkFigures, runsBefore: number): Promise<void> {
    const { runs, metrics, orphans, incomplete, summarised } = await this.rows.counts();
    const unseen = runs - runsBefore - figures.requests;
    const isRight =
      figures.refused + figures.lost + orphans + incomplete === 0 &&
      metrics === runs * METRICS_PER_RUN &&
      summarised === runs &&
      unseen >= 0 &&
      unseen <= 2 * CONNECTIONS;
    if (!isRight) {
      const counts = { runs: runs - runsBefore, metrics, orphans, incomplete, summarised };
      throw new Error(`${name}: ${JSON.stringify(figures)}, but stored is ${JSON.stringify(counts)}`);
    }
  }

  private groups(collector: Collector): ProcessGroups {
    const { postgres } = this.servers.processIds;
    return { ...collector.processes(), postgres: postgres === undefined ? [] : [postgres] };
  }
}
