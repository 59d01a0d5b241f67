import { setTimeout } from 'node:timers/promises';
import type { BenchServers } from '../support/bench-servers.js';
import type { ProgressBar } from '../support/progress-bar.js';
import type { BacklogResult } from './backlog-result.js';
import type { Contestant, ProcessGroups } from './contestant.js';
import { newPrefix } from './new-prefix.js';
import { keepMost, memoryBytes, processorTimes } from './process-usage.js';
import { type StoredRows, UNCOUNTED } from './stored-rows.js';

const POLL_MS = 200;
/** Reading the memory of a process takes its kernel some work: not at every poll. */
const MEMORY_EVERY_POLLS = 10;
/** Without any further row for so long, nothing is to be hoped for. */
const PATIENCE_MS = 60_000;

interface Sample {
  readonly done: number;
  readonly processor: Readonly<Record<string, number>>;
  readonly walBytes: number;
}

/** All requests wait before the first is worked on. */
export class BacklogCase {
  constructor(
    private readonly servers: BenchServers,
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
  ) {}

  /** @throws Error unless afterwards exactly what was asked for is stored */
  async measure(contestant: Contestant): Promise<BacklogResult> {
    const { id, name, backlogRuns: runs } = contestant;
    const prefix = newPrefix('backlog');
    await this.rows.empty();
    try {
      await contestant.prepare();
      await contestant.enqueue(prefix, runs, (done) => this.bar.show(`${name}: requests`, done, runs));
      await contestant.startWorking();
      const used = await this.watch(contestant, runs);
      await this.rows.verify(prefix, runs);
      return { id, name, runs, runsPerSecond: await this.rows.throughput(prefix), ...used };
    } finally {
      await contestant.stop();
    }
  }

  /** Until all runs are committed. */
  private async watch(
    contestant: Contestant,
    runs: number,
  ): Promise<Pick<BacklogResult, 'processorMicroseconds' | 'memoryBytes' | 'walBytesPerRun'>> {
    const memory: Record<string, number> = {};
    let first: Sample | undefined;
    let changedAt = performance.now();
    let last = await this.sample(contestant);
    for (let polls = 1; last.done < runs; polls += 1) {
      await setTimeout(POLL_MS);
      contestant.assertRuns();
      const now = await this.sample(contestant);
      changedAt = now.done > last.done ? performance.now() : changedAt;
      last = now;
      first ??= last.done >= runs * UNCOUNTED ? last : undefined;
      this.bar.show(`${contestant.name}: backlog`, Math.min(last.done, runs), runs);
      if (polls % MEMORY_EVERY_POLLS === 0) {
        keepMost(memory, memoryBytes(this.groups(contestant)));
      }
      if (performance.now() - changedAt > PATIENCE_MS) {
        throw new Error(
          `${contestant.name}: only ${last.done} of ${runs} runs are stored, and nothing goes on`,
        );
      }
    }
    keepMost(memory, memoryBytes(this.groups(contestant)));
    return { ...perRun(first ?? last, last), memoryBytes: memory };
  }

  private async sample(contestant: Contestant): Promise<Sample> {
    const done = await this.rows.committed();
    const walBytes = await this.rows.walBytes();
    return { done, walBytes, processor: processorTimes(this.groups(contestant)) };
  }

  private groups(contestant: Contestant): ProcessGroups {
    const { postgres } = this.servers.processIds;
    return { ...contestant.processes(), postgres: postgres === undefined ? [] : [postgres] };
  }
}

function perRun(
  first: Sample,
  last: Sample,
): Pick<BacklogResult, 'processorMicroseconds' | 'walBytesPerRun'> {
  const runs = Math.max(1, last.done - first.done);
  const times = Object.entries(last.processor).map(
    ([group, time]) => [group, (time - (first.processor[group] ?? 0)) / runs] as const,
  );
  return {
    processorMicroseconds: Object.fromEntries(times),
    walBytesPerRun: (last.walBytes - first.walBytes) / runs,
  };
}
