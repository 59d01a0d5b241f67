import { UnavailableException } from '#http';
import { Injectable } from '@nestjs/common';
import { BatchStoppedException } from '../../http/batch-stopped.exception.js';
import { ReportKeeper } from '../report-keeper.js';
import type { BatchItem } from './batch-item.js';
import { BatchUnderWay } from './batch-under-way.js';
import type { ItemResult } from './item-result.js';

const RETRY_AFTER_SECONDS = 5;

/** Takes batches of reports, chunk by chunk: while some are committed the next is read and published. */
@Injectable()
export class BatchIntake {
  constructor(private readonly keeper: ReportKeeper) {}

  /**
   * @returns one result per item, in their order
   * @throws BatchStoppedException when the items end with an error, or neither NATS nor Postgres can keep more
   */
  async take(chunks: AsyncIterable<readonly BatchItem[]>): Promise<readonly ItemResult[]> {
    const batch = new BatchUnderWay(this.keeper);
    try {
      for await (const chunk of chunks) {
        await batch.take(chunk);
        if (batch.isStopped) {
          break;
        }
      }
    } catch (error) {
      throw new BatchStoppedException(error, await batch.results());
    }
    const results = await batch.results();
    if (batch.failure !== undefined) {
      throw new BatchStoppedException(batch.failure, results);
    }
    if (results.some(({ status }) => status === 503)) {
      const message = 'Neither Postgres nor NATS can keep the reports now';
      throw new BatchStoppedException(new UnavailableException(message, RETRY_AFTER_SECONDS), results);
    }
    return results;
  }
}
