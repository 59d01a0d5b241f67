import type { RunReported } from '#contracts';
import { DatabaseUnavailableException, isDatabaseUnavailable } from '#database';
import { inTime } from '#http';
import { Injectable, Logger } from '@nestjs/common';
import { BatchWriter, type WrittenRuns } from '../writer/batch-writer.js';

/** Reports of one transaction, unless one group has more. */
const MAX_BATCH = 1_000;
const COMMIT_MS = 3_000;
/** Transactions side by side. For few reports one is better: the fuller a transaction, the less it costs. */
const MAX_WRITERS = 2;
const MANY_REPORTS = 500;

/** What became of a group of reports. */
export interface CommittedReports {
  /** By request_id. */
  readonly written: Readonly<WrittenRuns>;
  /** Why Postgres can't hold a value of those that are not written, by request_id. */
  readonly refused: ReadonlyMap<string, string>;
}

interface Waiting {
  readonly events: readonly RunReported[];
  readonly resolve: (committed: CommittedReports) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes the reports that arrive while a transaction is under way together in the next one: a lone report waits for
 * nothing, many share the cost of a commit.
 */
@Injectable()
export class GroupCommit {
  private readonly logger = new Logger(GroupCommit.name);
  private waiting: Waiting[] = [];
  private writers = 0;

  constructor(private readonly writer: BatchWriter) {}

  /**
   * Resolves once the reports are committed, but for those that can't be stored; to nothing when the database is away
   * or takes too long, and nobody knows whether they will be committed.
   * @param patienceMs longest time that Postgres gets, the wait for the transaction under way included
   * @throws what the writer throws for other reasons
   */
  async commit(
    events: readonly RunReported[],
    patienceMs = COMMIT_MS,
  ): Promise<CommittedReports | undefined> {
    if (events.length === 0) {
      return { written: new Map(), refused: new Map() };
    }
    try {
      return await this.committed(events, patienceMs);
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        this.logger.warn({ err: error, reports: events.length }, 'Reports could not be written to Postgres');
        return undefined;
      }
      throw error;
    }
  }

  private async committed(events: readonly RunReported[], patienceMs: number): Promise<CommittedReports> {
    const { promise, resolve, reject } = Promise.withResolvers<CommittedReports>();
    const entry: Waiting = { events, resolve, reject };
    this.waiting.push(entry);
    if (this.writers < this.wantedWriters()) {
      void this.writeAll();
    }
    return await inTime(promise, patienceMs, () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
      return new DatabaseUnavailableException({ cause: new Error('Postgres did not commit in time') });
    });
  }

  private wantedWriters(): number {
    const reports = this.waiting.reduce((sum, { events }) => sum + events.length, 0);
    return reports < MANY_REPORTS ? 1 : MAX_WRITERS;
  }

  private async writeAll(): Promise<void> {
    this.writers += 1;
    while (this.waiting.length > 0) {
      await this.write(this.nextBatch());
    }
    this.writers -= 1;
  }

  private nextBatch(): readonly Waiting[] {
    let groups = 0;
    for (let reports = 0; groups < this.waiting.length; groups += 1) {
      reports += this.waiting[groups]!.events.length;
      if (reports > MAX_BATCH && groups > 0) {
        break;
      }
    }
    return this.waiting.splice(0, groups);
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const { written, refused } = await this.writer.writeOrSplit(batch.flatMap(({ events }) => events));
      const reasons = new Map(refused.map(({ item, reason }) => [item.request_id, reason]));
      batch.forEach(({ resolve }) => resolve({ written, refused: reasons }));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }
}
