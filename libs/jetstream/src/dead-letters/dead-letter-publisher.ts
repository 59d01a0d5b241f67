import { Injectable, Logger } from '@nestjs/common';
import { headers as createHeaders } from '@nats-io/transport-node';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';
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
    const headers = createHeaders();
    headers.set(DEAD_LETTER_HEADERS.reason, printable(reason));
    headers.set(DEAD_LETTER_HEADERS.stream, message.stream);
    headers.set(DEAD_LETTER_HEADERS.sequence, String(message.sequence));
    headers.set(DEAD_LETTER_HEADERS.subject, message.subject);
    const messageId = `${message.stream}-${message.sequence}-${message.storedAtNanos.toString(36)}`;
    await this.publisher.publish(deadLetterSubject, message.data, { messageId, headers });
    this.logger.warn(
      { stream: message.stream, sequence: message.sequence, subject: message.subject, reason },
      'A message went to the dead letters',
    );
  }
}

/** Headers hold one line. */
function printable(reason: string): string {
  return reason.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_LENGTH);
}
