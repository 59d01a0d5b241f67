import { deadLetterSubject, NOTIFIER, RUN_EVENTS } from '#contracts';
import { type JetStreamMessage, JetStreamServer, RetryableException, SlotPool } from '#jetstream';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { retryWhileAway } from '../retry-while-away.js';
import { Announcer } from './announcer.js';
import { EventOrder } from './event-order.js';

/** Messages in hand: a bound on memory too, since a pack is as large as all of its events. */
const MAX_MESSAGES = 1000;
const UNEXPECTED_RETRY_MS = 5_000;

interface Waiting {
  readonly message: JetStreamMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gives the announcer what has arrived while it was busy, in the order of the stream. All of it is acked together, or
 * comes again.
 */
@Injectable()
export class EventConsumer implements OnModuleInit {
  private readonly logger = new Logger(EventConsumer.name);
  private waiting: Waiting[] = [];
  private isWorking = false;

  constructor(
    private readonly server: JetStreamServer,
    private readonly order: EventOrder,
    private readonly announcer: Announcer,
  ) {}

  onModuleInit(): void {
    this.server.addConsumer(
      {
        mode: 'each',
        stream: RUN_EVENTS,
        durable: NOTIFIER,
        deadLetterSubject: deadLetterSubject('notifications'),
        slots: new SlotPool(MAX_MESSAGES),
        concurrency: MAX_MESSAGES,
      },
      async (message) => await this.take(message),
    );
  }

  private async take(message: JetStreamMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ message, resolve, reject });
    if (!this.isWorking) {
      this.isWorking = true;
      setImmediate(() => void this.work()); // once all is here that came together
    }
    await promise;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.decide(batch.map(({ message }) => message));
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    this.isWorking = false;
  }

  private async decide(messages: readonly JetStreamMessage[]): Promise<void> {
    try {
      await retryWhileAway(async () => {
        for await (const ordered of this.order.upTo(messages)) {
          await this.announcer.handle(ordered);
        }
      });
    } catch (error) {
      if (error instanceof RetryableException) {
        throw error;
      }
      this.logger.error({ err: error, messages: messages.length }, 'Events could not be decided on');
      throw new RetryableException(String(error), UNEXPECTED_RETRY_MS);
    }
  }
}
