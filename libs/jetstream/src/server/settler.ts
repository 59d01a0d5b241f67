import { Injectable, Logger } from '@nestjs/common';
import type { ConsumerBinding } from '../consuming/consumer-binding.js';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';
import { DeadLetterPublisher } from '../dead-letters/dead-letter-publisher.js';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';
import { LeaseLostException } from '../exceptions/lease-lost.exception.js';
import { NonRetryableException } from '../exceptions/non-retryable.exception.js';
import { RetryableException } from '../exceptions/retryable.exception.js';
import { StreamFullException } from '../exceptions/stream-full.exception.js';
import type { BatchContext } from './batch-context.js';

/** Delay before a message is delivered again when its handler threw something that decides nothing. */
const UNDECIDED_RETRY_MS = 5_000;

/** Turns the outcome of a handler into ack, nak or dead letter. Nobody else settles a message. */
@Injectable()
export class Settler {
  private readonly logger = new Logger(Settler.name);

  constructor(private readonly deadLetters: DeadLetterPublisher) {}

  /** Never rejects: what can't be settled comes back by itself after the ack wait. */
  async settle(
    message: JetStreamMessage,
    binding: ConsumerBinding,
    take: (message: JetStreamMessage) => Promise<void>,
  ): Promise<void> {
    try {
      await take(message);
      message.ack();
    } catch (error) {
      await this.settleFailed(message, binding, error);
    }
  }

  /** @throws what kept a message from the dead letters; then no message of the batch is settled. */
  async settleBatch(
    messages: readonly JetStreamMessage[],
    binding: ConsumerBinding,
    context: BatchContext,
  ): Promise<void> {
    const rejected = [...context.rejected];
    await Promise.all(
      rejected.map(async ([message, reason]) => {
        await this.deadLetters.bury(message, binding.deadLetterSubject, reason);
      }),
    );
    rejected.forEach(([message]) => message.term());
    messages.forEach((message) => message.ack()); // those that were terminated are settled already
  }

  private async settleFailed(
    message: JetStreamMessage,
    binding: ConsumerBinding,
    error: unknown,
  ): Promise<void> {
    if (error instanceof LeaseLostException) {
      this.logger.warn(
        { subject: message.subject, reason: error.message },
        'A message was taken over by another holder',
      );
    } else if (error instanceof RetryableException) {
      message.nak(error.delayMs);
    } else if (error instanceof NonRetryableException) {
      await this.bury(message, binding, error.message);
    } else if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
      this.logger.warn(
        { subject: message.subject, reason: error.message },
        'A handler could not go on, trying again',
      );
      message.nak(UNDECIDED_RETRY_MS);
    } else {
      this.logger.error({ err: error, subject: message.subject }, 'A handler failed unexpectedly');
      message.nak(UNDECIDED_RETRY_MS);
    }
  }

  private async bury(message: JetStreamMessage, binding: ConsumerBinding, reason: string): Promise<void> {
    try {
      await this.deadLetters.bury(message, binding.deadLetterSubject, reason);
      message.term();
    } catch (error) {
      this.logger.warn(
        { err: error, subject: message.subject },
        'A dead letter could not be stored, trying again',
      );
      message.nak(UNDECIDED_RETRY_MS);
    }
  }
}
