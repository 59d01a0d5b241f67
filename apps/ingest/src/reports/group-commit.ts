import type { RunReported } from '#contracts';
import { Injectable } from '@nestjs/common';
import { BatchWriter, type WrittenRun } from '../writer/batch-writer.js';
import { RefusedReportException } from './refused-report.exception.js';

const MAX_BATCH = 500;

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
   * @throws what the writer throws when the database is away
   */
  async commit(event: RunReported): Promise<WrittenRun> {
    return await new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      if (!this.isWriting) {
        void this.writeAll();
      }
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
