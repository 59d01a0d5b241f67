import { DEAD_LETTERS, deadLetterSubject, INGEST_DEAD_LETTERS } from '#contracts';
import { ConsumeBatch, DEAD_LETTER_HEADERS, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { type DeadLetter, DeadLetterWriter } from '../writer/dead-letter-writer.js';

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

/** Also of a message that somebody put on the stream by hand: then it speaks of itself. */
function deadLetterOf(message: JetStreamMessage): DeadLetter {
  const { headers } = message;
  const sequence = Number(headers?.get(DEAD_LETTER_HEADERS.sequence));
  const isOurs = Number.isSafeInteger(sequence) && sequence > 0;
  return {
    stage: message.subject.slice(message.subject.lastIndexOf('.') + 1),
    reason: headers?.get(DEAD_LETTER_HEADERS.reason) || 'published by hand',
    stream: isOurs ? (headers?.get(DEAD_LETTER_HEADERS.stream) ?? '') : message.stream,
    sequence: isOurs ? sequence : message.sequence,
    storedAt: new Date(Date.parse(headers?.get(DEAD_LETTER_HEADERS.storedAt) ?? '') || message.storedAtMs),
    subject: (isOurs && headers?.get(DEAD_LETTER_HEADERS.subject)) || message.subject,
    headers: Object.fromEntries(headers ?? []),
    payload: message.data,
    deadAt: new Date(message.storedAtMs),
  };
}
