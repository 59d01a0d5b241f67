import { RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { MetricsRegistry } from '#telemetry';
import type { ConsumerInfo } from '@nats-io/jetstream';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { trimmableUpTo } from './trimmable-up-to.js';

const EVERY_MS = 5_000;
/** While a stream is filling: whoever is refused waits for this. */
const EVERY_MS_WHEN_FULL = 1_000;
const COMPLAIN_EVERY_MS = 30_000;
/** Shares of a stream's bound: where trimming begins, and what it leaves. */
const BEGIN_AT = 0.7;
const LEAVE = 0.5;

/**
 * Keeps history from filling a stream: what all durable consumers have passed goes, oldest first, when the stream
 * passes 70 % of its bound. What anybody still needs stays, also when the stream then fills and refuses its publishers.
 */
@Injectable()
export class StreamTrimmer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StreamTrimmer.name);
  private readonly fill;
  private timer: NodeJS.Timeout | undefined;
  private complainedAtMs = 0;

  constructor(
    private readonly connection: JetStreamConnection,
    metrics: MetricsRegistry,
  ) {
    this.fill = metrics.gauge({
      name: 'stream_fill_ratio',
      help: 'How full a stream is, of its bound',
      labelNames: ['stream'],
    });
  }

  onApplicationBootstrap(): void {
    this.trimIn(EVERY_MS);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /**
   * Looks at each stream once. Never rejects: a broker that is away is looked at the next time.
   * @returns whether one of them is so full that it should be looked at again soon
   */
  async trimAll(): Promise<boolean> {
    let isAnyFull = false;
    for (const stream of [RUN_REQUESTS, RUN_EVENTS]) {
      try {
        isAnyFull = (await this.trim(stream)) || isAnyFull;
      } catch (error) {
        this.logger.warn({ err: error, stream }, 'A stream could not be trimmed');
      }
    }
    return isAnyFull;
  }

  private trimIn(delayMs: number): void {
    this.timer = setTimeout(() => void this.trimAndGoOn(), delayMs).unref();
  }

  private async trimAndGoOn(): Promise<void> {
    const isAnyFull = await this.trimAll();
    if (this.timer !== undefined) {
      this.trimIn(isAnyFull ? EVERY_MS_WHEN_FULL : EVERY_MS);
    }
  }

  private async trim(stream: string): Promise<boolean> {
    const manager = await this.connection.manager();
    const { config, state } = await manager.streams.info(stream);
    const fill = config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
    this.fill.set({ stream }, fill);
    if (fill < BEGIN_AT) {
      return false;
    }
    const consumers: ConsumerInfo[] = [];
    for await (const consumer of manager.consumers.list(stream)) {
      consumers.push(consumer); // the broker lists 256 at a time
    }
    const wanted = state.first_seq + Math.ceil(state.messages * (1 - LEAVE / fill));
    const upTo = Math.min(wanted, trimmableUpTo(consumers, state.last_seq));
    if (upTo <= state.first_seq) {
      this.complain(stream, fill);
      return true;
    }
    const { purged } = await manager.streams.purge(stream, { seq: upTo });
    this.logger.log({ stream, purged, upTo, fill }, 'Trimmed history that everybody has passed');
    return true;
  }

  private complain(stream: string, fill: number): void {
    if (Date.now() - this.complainedAtMs > COMPLAIN_EVERY_MS) {
      this.complainedAtMs = Date.now();
      this.logger.error({ stream, fill }, 'A stream fills and nothing of it can go: a consumer is behind');
    }
  }
}
