import { DEAD_LETTERS, deadLetterSubject, INGEST_DEAD_LETTERS } from '#contracts';
import { ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { DeadLetterWriter } from '../writer/dead-letter-writer.js';
import { deadLetterOf } from './dead-letter-of.js';

const MAX_MESSAGES = 100;

/** Keeps dead letters in Postgres, where they outlive the stream's 30 days. */
@Controller()
export class DeadLetterController {
  constructor(private readonly writer: DeadLetterWriter) {}

  @ConsumeBatch({
    stream: DEAD_LETTERS,
    durable: INGEST_DEAD_LETTERS,
    maxMessages: MAX_MESSAGES,
    deadLetterSubject: deadLetterSubject('events'),
  })
  async write(messages: readonly JetStreamMessage[]): Promise<void> {
    await this.writer.write(messages.map(deadLetterOf));
  }
}
