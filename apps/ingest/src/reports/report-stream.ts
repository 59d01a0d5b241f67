import { ContractViolation, eventSubject, parseRunEvent, RUN_EVENTS, type RunReported } from '#contracts';
import {
  BrokerUnavailableException,
  Publisher,
  StreamFullException,
  StreamReader,
  WrongLastSequenceException,
} from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { inTime } from '../in-time.js';

/** Longest time that the broker gets; then Postgres alone has to keep the report. */
const KEEP_MS = 2_000;

/**
 * What the stream made of a report. `kept`: stored just now. `known`: it had this very report. `taken`: it has
 * something else under this request_id. `away`: the broker can't be reached, or its stream is full.
 */
export type StreamOutcome = 'kept' | 'known' | 'taken' | 'away';

/** Keeps reports in `RUN_EVENTS`, one per run. */
@Injectable()
export class ReportStream {
  private readonly logger = new Logger(ReportStream.name);

  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /** Takes 2 s at most; a report that is not acknowledged by then may be stored all the same. */
  async keep(event: RunReported): Promise<StreamOutcome> {
    try {
      return await inTime(
        this.publish(event),
        KEEP_MS,
        () => new BrokerUnavailableException('NATS did not answer in time'),
      );
    } catch (error) {
      if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
        this.logger.warn({ reason: error.message }, 'A report could not be kept in the stream');
        return 'away';
      }
      throw error;
    }
  }

  private async publish(event: RunReported): Promise<StreamOutcome> {
    const subject = eventSubject(event.request_id);
    const options = { messageId: `${event.request_id}:reported`, expectedLastSubjectSequence: 0 };
    try {
      const { duplicate } = await this.publisher.publish(subject, JSON.stringify(event), options);
      return duplicate ? await this.compare(event, subject) : 'kept';
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return await this.compare(event, subject);
      }
      throw error;
    }
  }

  private async compare(event: RunReported, subject: string): Promise<StreamOutcome> {
    const stored = await this.reader.last(RUN_EVENTS, subject);
    if (stored === undefined) {
      return 'known'; // trimmed since; Postgres knows more
    }
    return isReport(subject, stored.data, event.report_hash) ? 'known' : 'taken';
  }
}

/** Anybody can publish under a request_id, also what is no event at all. */
function isReport(subject: string, data: Uint8Array, reportHash: string): boolean {
  try {
    const known = parseRunEvent(subject, data);
    return known.type === 'reported' && known.report_hash === reportHash;
  } catch (error) {
    if (error instanceof ContractViolation) {
      return false;
    }
    throw error;
  }
}
