import { eventSubject, readRunEvent, RUN_EVENTS, type RunReported } from '#contracts';
import { Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { keptOrAway } from './kept-or-away.js';
import { OwnMessages } from './own-messages.js';

/**
 * What the stream made of a report. `kept`: stored just now. `known`: it had this very report. `taken`: it has
 * something else under this request_id. `away`: the broker can't be reached, or its stream is full.
 */
export type StreamOutcome = 'kept' | 'known' | 'taken' | 'away';

/** Keeps the reports that have a key in `RUN_EVENTS`, one per run, each on the subject of its run. */
@Injectable()
export class ReportStream {
  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
    private readonly own: OwnMessages,
  ) {}

  /**
   * @param committed settles once the report has been written, to whether Postgres has a final row of its run
   * @param patienceMs longest time that the broker gets
   */
  async keep(event: RunReported, committed: Promise<boolean>, patienceMs: number): Promise<StreamOutcome> {
    return await keptOrAway(this.publish(event, committed), patienceMs);
  }

  private async publish(event: RunReported, committed: Promise<boolean>): Promise<StreamOutcome> {
    const subject = eventSubject(event.request_id);
    const messageId = `${event.request_id}:reported`;
    this.own.add(messageId, committed);
    const options = { messageId, expectedLastSubjectSequence: 0 };
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
    // Anybody can publish under a request_id, also what is no event at all.
    const known = readRunEvent({ subject, data: stored.data });
    return known?.type === 'reported' && known.report_hash === event.report_hash ? 'known' : 'taken';
  }
}
