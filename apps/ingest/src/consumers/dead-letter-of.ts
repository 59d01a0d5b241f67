import { DEAD_LETTER_HEADERS, type JetStreamMessage } from '#jetstream';
import type { DeadLetter } from '../writer/dead-letter-writer.js';

/** What a message of `DEAD_LETTERS` says; also one that somebody put on the stream by hand: then it speaks of itself. */
export function deadLetterOf(message: JetStreamMessage): DeadLetter {
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
