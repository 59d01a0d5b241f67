import { type FinalRunEvent, MAX_PACKED_EVENTS, packSubject } from '#contracts';
import { Injectable, Logger } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { EventAppender } from './event-appender.js';

/** Readers take hundreds of messages at once into their memory. */
const MAX_PACK_CHARACTERS = 128 * 1_024;

interface WaitingEvent {
  readonly event: FinalRunEvent;
  readonly json: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes the final events of runs that nobody has said anything about yet. One that is alone goes at once, on the
 * subject of its run; those that come up while another is under way share a message, and with it the broker's sync to
 * disk, which is what costs.
 */
@Injectable()
export class EventPacker {
  private readonly logger = new Logger(EventPacker.name);
  private waiting: WaitingEvent[] = [];
  private isPublishing = false;

  constructor(
    private readonly appender: EventAppender,
    private readonly identity: ExecutorIdentity,
  ) {}

  /**
   * Publishes an event of a run whose subject is empty, and may leave it so.
   * @throws what `EventAppender.append` throws
   */
  publish(event: FinalRunEvent): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ event, json: JSON.stringify(event), resolve, reject });
    if (!this.isPublishing) {
      this.isPublishing = true;
      // What else ends in this turn of the event loop is not alone.
      setImmediate(() => void this.publishAll());
    }
    return promise;
  }

  private async publishAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const pack = this.take();
      if (pack.length === 1) {
        await this.publishAlone(pack);
      } else {
        await this.publishPack(pack);
      }
    }
    this.isPublishing = false;
  }

  private take(): WaitingEvent[] {
    let characters = 0;
    const end = this.waiting.findIndex(({ json }, index) => {
      characters += json.length;
      return index > 0 && (index === MAX_PACKED_EVENTS || characters > MAX_PACK_CHARACTERS);
    });
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  /** A pack that may have been lost goes out as single events, which each fence their run: twice does no harm. */
  private async publishPack(pack: readonly WaitingEvent[]): Promise<void> {
    try {
      const data = `[${pack.map(({ json }) => json).join(',')}]`;
      await this.appender.publish(packSubject(this.identity.id), data);
    } catch (error) {
      this.logger.warn(
        { err: error, events: pack.length },
        'A pack could not be published, sending its events',
      );
      await this.publishAlone(pack);
      return;
    }
    pack.forEach(({ resolve }) => resolve());
  }

  private async publishAlone(events: readonly WaitingEvent[]): Promise<void> {
    await Promise.all(
      events.map(async ({ event, resolve, reject }) => {
        await this.appender.append(event, 0).then(() => resolve(), reject);
      }),
    );
  }
}
