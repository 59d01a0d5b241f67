import type { RunReported } from '#contracts';
import { DatabaseUnavailableException } from '#database';
import { Injectable } from '@nestjs/common';
import { inTime } from '../in-time.js';
import { BatchWriter, type WrittenRun } from '../writer/batch-writer.js';
import { RefusedReportException } from './refused-report.exception.js';

const MAX_BATCH = 500;
/** Longest time that Postgres gets, the wait for the transaction under way included. */
const COMMIT_MS = 3_000;

interface Waiting {
  readonly event: RunReported;
  readonly resolve: (run: WrittenRun) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes the reports that arrive while a transaction is under way together in the next one: a lone report waits for
 * nothing, many share the cost of a commit.
 */
@Injectable()
export class GroupCommit {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly writer: BatchWriter) {}

  /**
   * Resolves once the report is committed.
   * @throws RefusedReportException when Postgres can't hold a value of it
   * @throws DatabaseUnavailableException after 3 s, when nobody knows whether it will be committed
   * @throws what the writer throws when the database is away
   */
  async commit(event: RunReported): Promise<WrittenRun> {
    const { promise, resolve, reject } = Promise.withResolvers<WrittenRun>();
    const entry: Waiting = { event, resolve, reject };
    this.waiting.push(entry);
    if (!this.isWriting) {
      void this.writeAll();
    }
    return await inTime(promise, COMMIT_MS, () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
      return new DatabaseUnavailableException({ cause: new Error('Postgres did not commit in time') });
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      await this.write(this.waiting.splice(0, MAX_BATCH));
    }
    this.isWriting = false;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const { written, refused } = await this.writer.writeOrSplit(batch.map(({ event }) => event));
      const reasons = new Map(refused.map(({ item, reason }) => [item.request_id, reason]));
      for (const { event, resolve, reject } of batch) {
        const run = written.get(event.request_id);
        if (run === undefined) {
          reject(new RefusedReportException(reasons.get(event.request_id) ?? 'it was not written'));
        } else {
          resolve(run);
        }
      }
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }
}
