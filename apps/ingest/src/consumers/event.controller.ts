import {
  type AnyRunEvent,
  ContractViolation,
  deadLetterSubject,
  INGEST_EVENTS,
  parseRunEvent,
  RUN_EVENTS,
} from '#contracts';
import { type BatchContext, ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { BatchWriter } from '../writer/batch-writer.js';

const MAX_MESSAGES = 500;

/** Writes what happened to runs. */
@Controller()
export class EventController {
  constructor(private readonly writer: BatchWriter) {}

  @ConsumeBatch({
    stream: RUN_EVENTS,
    durable: INGEST_EVENTS,
    maxMessages: MAX_MESSAGES,
    deadLetterSubject: deadLetterSubject('events'),
  })
  async write(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    const sources = new Map<AnyRunEvent, JetStreamMessage>();
    for (const message of messages) {
      try {
        sources.set(parseRunEvent(message.subject, message.data), message);
      } catch (error) {
        if (!(error instanceof ContractViolation)) {
          throw error;
        }
        context.reject(message, error.message);
      }
    }
    const { refused } = await this.writer.writeOrSplit([...sources.keys()]);
    for (const { item, reason } of refused) {
      const message = sources.get(item);
      if (message !== undefined) {
        context.reject(message, reason);
      }
    }
  }
}
