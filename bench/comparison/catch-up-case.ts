import { setTimeout } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import type { BenchServers } from '../support/bench-servers.js';
import type { ProgressBar } from '../support/progress-bar.js';
import type { CatchUpResult } from './catch-up-result.js';
import { emptyStreams } from './empty-streams.js';
import { publishEndedRuns } from './ended-runs.js';
import { IngestProcess } from './ingest-process.js';
import { newPrefix } from './new-prefix.js';
import { keepMost, memoryBytes } from './process-usage.js';
import type { StoredRows } from './stored-rows.js';

const POLL_MS = 500;
const SECOND_MS = 1_000;
/** Without any further row for so long, nothing is to be hoped for. */
const PATIENCE_MS = 60_000;

/** Ingest comes back, and finds the final events of runs that have ended since Postgres went away. */
export class CatchUpCase {
  constructor(
    private readonly servers: BenchServers,
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
    private readonly runs: number,
  ) {}

  /** @throws Error unless afterwards each run is stored once */
  async measure(): Promise<CatchUpResult> {
    const prefix = newPrefix('catch-up');
    await this.rows.empty();
    const nats = await connect({ servers: this.servers.natsUrl });
    try {
      await emptyStreams(nats);
      await publishEndedRuns(nats, prefix, this.runs, (done) =>
        this.bar.show('Catch-up: events', done, this.runs),
      );
      const beganAt = performance.now();
      const memory = await this.ingested();
      const seconds = (performance.now() - beganAt) / SECOND_MS;
      await this.rows.verify(prefix, this.runs);
      return { runs: this.runs, seconds, memoryBytes: memory };
    } finally {
      await emptyStreams(nats);
      await nats.close();
    }
  }

  /** @returns the most memory that each process was seen with */
  private async ingested(): Promise<Record<string, number>> {
    const ingest = await IngestProcess.start(this.servers);
    const memory: Record<string, number> = {};
    let [done, changedAt] = [0, performance.now()];
    try {
      while (done < this.runs) {
        await setTimeout(POLL_MS);
        ingest.assertRuns();
        const now = await this.rows.committed();
        changedAt = now > done ? performance.now() : changedAt;
        done = now;
        this.bar.show('Catch-up: rows', done, this.runs);
        keepMost(memory, this.memory(ingest));
        if (performance.now() - changedAt > PATIENCE_MS) {
          throw new Error(`Catch-up: only ${done} of ${this.runs} runs are stored, and nothing goes on`);
        }
      }
      return memory;
    } finally {
      await ingest.stop();
    }
  }

  private memory(ingest: IngestProcess): Record<string, number> {
    const { nats, postgres } = this.servers.processIds;
    return memoryBytes({ ingest: [ingest.pid], nats: [nats ?? 0], postgres: [postgres ?? 0] });
  }
}
