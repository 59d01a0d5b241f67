import { randomUUIDv7 } from 'node:crypto';
import type { MetricReport } from '#contracts';
import { UnavailableException } from '#http';
import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import { PackedReports } from './packed-reports.js';
import { ReportKeeper } from './report-keeper.js';
import type { ReportOutcome } from './report-outcome.js';
import { reportedEvent } from './reported-event.js';

const RETRY_AFTER_SECONDS = 5;

/** A report that is durable. */
export interface TakenReport {
  readonly requestId: string;
  readonly outcome: Extract<ReportOutcome, { kind: 'stored' | 'accepted' }>;
}

/** Takes a finished run from outside, and promises only what is durable. */
@Injectable()
export class ReportIntake {
  constructor(
    private readonly keeper: ReportKeeper,
    private readonly packed: PackedReports,
  ) {}

  /**
   * @param key the request_id that the producer chose, if it did
   * @throws UnprocessableEntityException when the key belongs to another report or run, or a value can't be stored
   * @throws UnavailableException when neither NATS nor Postgres can keep it
   */
  async take(key: string | undefined, report: MetricReport): Promise<TakenReport> {
    const event = reportedEvent(key ?? randomUUIDv7(), report);
    const outcome =
      key === undefined
        ? await this.packed.take(event)
        : (await this.keeper.commit(await this.keeper.keep([{ event, isKeyed: true }])))[0]!;
    switch (outcome.kind) {
      case 'stored':
      case 'accepted':
        return { requestId: event.request_id, outcome };
      case 'taken':
        throw new UnprocessableEntityException(
          'This Idempotency-Key was used for another report or run; a new report needs a new key',
        );
      case 'refused':
        throw new UnprocessableEntityException(`The report can not be stored: ${outcome.reason}`);
      case 'away':
        throw new UnavailableException(
          'Neither Postgres nor NATS can keep the report now',
          RETRY_AFTER_SECONDS,
        );
    }
  }
}
