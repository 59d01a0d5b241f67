import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { bucketStream, bucketSubject, CLOCK_KEY, SCHEDULES_BUCKET } from '#contracts';
import { JetStreamConnection, Publisher, StreamReader } from '#jetstream';
import { MetricsRegistry } from '#telemetry';
import { Clock } from './clock.js';

const EVERY_MS = 5_000;
/** How often it is looked whether somebody has set the wall clock, or the machine has slept. */
const LOOK_EVERY_MS = 500;
/** Clocks that differ by less are taken to be the same: the network alone can make it look so. */
const TOLERATED_MS = 500;
const TRIES = 3;

const SUBJECT = bucketSubject(SCHEDULES_BUCKET, CLOCK_KEY);

/**
 * Keeps the clock right by the broker's: the one clock that all schedulers can see. One whose machine has a wrong time,
 * or is given one, fires at the same instants as the others.
 */
@Injectable()
export class ClockSync implements OnModuleDestroy {
  private readonly logger = new Logger(ClockSync.name);
  private readonly stopping = new AbortController();
  private readonly gauge;
  private isOff = false;
  private wallMinusStopwatchMs = 0;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
    private readonly clock: Clock,
    metrics: MetricsRegistry,
  ) {
    this.gauge = metrics.gauge({
      name: 'scheduler_clock_offset_seconds',
      help: "The broker's clock minus this machine's",
    });
  }

  /** Resolves once the broker has been reached and the clock is set, as far as it can be; goes on keeping it right. */
  async begin(): Promise<void> {
    await this.connection.connected();
    await this.sync();
    void this.keepRight();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async keepRight(): Promise<void> {
    const { signal } = this.stopping;
    let waitedMs = 0;
    while (!signal.aborted) {
      await delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      waitedMs += LOOK_EVERY_MS;
      const hasJumped = Math.abs(wallMinusStopwatch() - this.wallMinusStopwatchMs) > TOLERATED_MS / 2;
      if (!signal.aborted && this.connection.isConnected && (hasJumped || waitedMs >= EVERY_MS)) {
        waitedMs = 0;
        await this.sync();
      }
    }
  }

  private async sync(): Promise<void> {
    try {
      const offsetMs = await this.offset();
      if (offsetMs !== undefined) {
        this.gauge.set(offsetMs / 1_000);
        this.wallMinusStopwatchMs = wallMinusStopwatch();
        const isOff = Math.abs(offsetMs) > TOLERATED_MS;
        this.clock.set(Date.now() + (isOff ? offsetMs : 0));
        this.tell(isOff, offsetMs);
      }
    } catch (error) {
      this.logger.warn({ err: error }, "The broker's time could not be read");
    }
  }

  private tell(isOff: boolean, offsetMs: number): void {
    if (isOff !== this.isOff) {
      this.isOff = isOff;
      this.logger[isOff ? 'error' : 'log'](
        { offsetMs },
        isOff
          ? "This machine's clock is wrong: fires go by the broker's"
          : "This machine's clock is right again",
      );
    }
  }

  /** The broker's clock minus the wall clock; nothing when others were in between each time. */
  private async offset(): Promise<number | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const sentMs = Date.now();
      const stopwatchMs = performance.now();
      const { seq } = await this.publisher.publish(SUBJECT, '');
      const halfwayMs = sentMs + (performance.now() - stopwatchMs) / 2;
      const message = await this.reader.last(bucketStream(SCHEDULES_BUCKET), SUBJECT);
      if (message?.seq === seq) {
        return message.time.getTime() - halfwayMs;
      }
    }
    return undefined;
  }
}

function wallMinusStopwatch(): number {
  return Date.now() - performance.now();
}
