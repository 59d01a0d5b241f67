import { type AnyRunEvent, deadLetterSubject, INGEST_EVENTS, readRunEvents, RUN_EVENTS } from '#contracts';
import { type BatchContext, ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { OwnMessages } from '../reports/own-messages.js';
import { BatchWriter } from '../writer/batch-writer.js';
import { EventPace } from './event-pace.js';

const MAX_MESSAGES = 500;
/** Under load, the next batch is read and written while the last waits for Postgres. */
const LANES = 2;
/** Of one transaction: a pack brings many. */
const MAX_EVENTS = 1_000;

/** Writes what happened to runs. */
@Controller()
export class EventController {
  constructor(
    private readonly writer: BatchWriter,
    private readonly own: OwnMessages,
    private readonly pace: EventPace,
  ) {}

  @ConsumeBatch({
    stream: RUN_EVENTS,
    durable: INGEST_EVENTS,
    maxMessages: MAX_MESSAGES,
    lanes: LANES,
    deadLetterSubject: deadLetterSubject('events'),
  })
  async write(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    const sources = new Map<AnyRunEvent, JetStreamMessage>();
    const problems = new Map<JetStreamMessage, string[]>();
    for (const message of messages) {
      if (await this.own.isCommitted(message.messageId)) {
        continue; // written by this process already
      }
      const read = readRunEvents(message);
      read.events.forEach((event) => sources.set(event, message));
      if (read.problems.length > 0) {
        problems.set(message, [...read.problems]);
      }
    }
    const events = [...sources.keys()];
    for (let first = 0; first < events.length; first += MAX_EVENTS) {
      const { refused } = await this.writer.writeOrSplit(events.slice(first, first + MAX_EVENTS));
      for (const { item, reason } of refused) {
        const message = sources.get(item)!;
        problems.set(message, [...(problems.get(message) ?? []), `${item.request_id}: ${reason}`]);
      }
    }
    this.pace.note(events.length);
    problems.forEach((reasons, message) => context.reject(message, reasons.join('; ')));
  }
}
