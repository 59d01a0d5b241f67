import { Injectable, Logger } from '@nestjs/common';
import { headers as createHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';
import { PublishRefusedException } from '../exceptions/publish-refused.exception.js';
import { Publisher } from '../publisher/publisher.js';
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js';

const MAX_REASON_LENGTH = 1_000;

/** Puts a message that can never be handled where people find it. */
@Injectable()
export class DeadLetterPublisher {
  private readonly logger = new Logger(DeadLetterPublisher.name);

  constructor(private readonly publisher: Publisher) {}

  /**
   * Stores the message with its reason, once per stream and sequence whoever refuses it.
   * @throws BrokerUnavailableException when it could not be stored; then the message must not be settled
   */
  async bury(message: JetStreamMessage, deadLetterSubject: string, reason: string): Promise<void> {
    const messageId = `${message.stream}-${message.sequence}-${message.storedAtNanos.toString(36)}`;
    const headers = headersOf(message, reason);
    try {
      await this.publisher.publish(deadLetterSubject, message.data, { messageId, headers });
    } catch (error) {
      if (!(error instanceof PublishRefusedException)) {
        throw error;
      }
      // The largest message leaves no room for these headers. Poison must not block its stream for that.
      headers.set(DEAD_LETTER_HEADERS.omittedBytes, String(message.data.length));
      await this.publisher.publish(deadLetterSubject, '', { messageId, headers });
    }
    this.logger.warn(
      { stream: message.stream, sequence: message.sequence, subject: message.subject, reason },
      'A message went to the dead letters',
    );
  }
}

function headersOf(message: JetStreamMessage, reason: string): MsgHdrs {
  const headers = createHeaders();
  headers.set(DEAD_LETTER_HEADERS.reason, printable(reason));
  headers.set(DEAD_LETTER_HEADERS.stream, message.stream);
  headers.set(DEAD_LETTER_HEADERS.sequence, String(message.sequence));
  headers.set(DEAD_LETTER_HEADERS.storedAt, new Date(message.storedAtMs).toISOString());
  headers.set(DEAD_LETTER_HEADERS.subject, message.subject);
  if (message.messageId !== undefined) {
    headers.set(DEAD_LETTER_HEADERS.messageId, message.messageId);
  }
  return headers;
}

/** Headers hold one line. */
function printable(reason: string): string {
  return reason.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH);
}
