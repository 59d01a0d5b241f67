import { eventSubject, parseRunEvent, RUN_EVENTS, type RunReported } from '#contracts';
import {
  BrokerUnavailableException,
  Publisher,
  StreamFullException,
  StreamReader,
  WrongLastSequenceException,
} from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';

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

  async keep(event: RunReported): Promise<StreamOutcome> {
    const subject = eventSubject(event.request_id);
    try {
      const options = { messageId: `${event.request_id}:reported`, expectedLastSubjectSequence: 0 };
      const { duplicate } = await this.publisher.publish(subject, JSON.stringify(event), options);
      return duplicate ? await this.compare(event, subject) : 'kept';
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return await this.compare(event, subject);
      }
      if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
        this.logger.warn({ reason: error.message }, 'A report could not be kept in the stream');
        return 'away';
      }
      throw error;
    }
  }

  private async compare(event: RunReported, subject: string): Promise<StreamOutcome> {
    try {
      const stored = await this.reader.last(RUN_EVENTS, subject);
      if (stored === undefined) {
        return 'known'; // trimmed since; Postgres knows more
      }
      const known = parseRunEvent(subject, stored.data);
      return known.type === 'reported' && known.report_hash === event.report_hash ? 'known' : 'taken';
    } catch (error) {
      if (error instanceof BrokerUnavailableException) {
        return 'away';
      }
      throw error;
    }
  }
}
