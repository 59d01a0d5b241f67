import { DEAD_LETTER_HEADERS } from '#jetstream';
import { headers as createHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { StoredDeadLetter } from './stored-dead-letter.js';

/** The `Nats-Msg-Id` that the message had before it was refused: its own is a new one. */
const ORIGINAL_MESSAGE_ID = 'Redriven-Message-Id';
const OWN_ID_PATTERN = /^[A-Za-z0-9_-]{1,90}$/;

/**
 * The `Nats-Msg-Id` of a letter's message when it is sent again; also the request_id of the new run. The same however
 * often it is sent. The letter's own id names stream, sequence and time of the message (`DeadLetterPublisher`).
 */
export function redrivenId(letter: StoredDeadLetter): string {
  const own = letter.headers['Nats-Msg-Id']?.[0];
  if (own !== undefined && OWN_ID_PATTERN.test(own)) {
    return `redrive-${own}`;
  }
  const nanos = BigInt(letter.storedAt.getTime()) * 1_000_000n;
  return `redrive-${letter.stream}-${letter.sequence}-${nanos.toString(36)}`;
}

export function redrivenHeaders(letter: StoredDeadLetter): MsgHdrs {
  const headers = createHeaders();
  const original = letter.headers[DEAD_LETTER_HEADERS.messageId]?.[0];
  if (original !== undefined) {
    headers.set(ORIGINAL_MESSAGE_ID, original);
  }
  return headers;
}

/** Whether the letter holds the message's payload; one that was too large for a letter was left out. */
export function hasPayload(letter: StoredDeadLetter): boolean {
  return letter.headers[DEAD_LETTER_HEADERS.omittedBytes] === undefined;
}
