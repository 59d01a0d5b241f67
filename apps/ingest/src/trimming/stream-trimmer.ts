import { RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { MetricsRegistry } from '#telemetry';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { trimmableUpTo } from './trimmable-up-to.js';

const EVERY_MS = 30_000;
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
    this.timer = setInterval(() => void this.trimAll(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Looks at each stream once. Never rejects: a broker that is away is looked at the next time. */
  async trimAll(): Promise<void> {
    for (const stream of [RUN_REQUESTS, RUN_EVENTS]) {
      try {
        await this.trim(stream);
      } catch (error) {
        this.logger.warn({ err: error, stream }, 'A stream could not be trimmed');
      }
    }
  }

  private async trim(stream: string): Promise<void> {
    const manager = await this.connection.manager();
    const { config, state } = await manager.streams.info(stream);
    const fill = config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
    this.fill.set({ stream }, fill);
    if (fill < BEGIN_AT) {
      return;
    }
    const consumers = await manager.consumers.list(stream).next();
    const wanted = state.first_seq + Math.ceil(state.messages * (1 - LEAVE / fill));
    const upTo = Math.min(wanted, trimmableUpTo(consumers, state.last_seq));
    if (upTo <= state.first_seq) {
      this.logger.error({ stream, fill }, 'A stream fills and nothing of it can go: a consumer is behind');
      return;
    }
    const { purged } = await manager.streams.purge(stream, { seq: upTo });
    this.logger.log({ stream, purged, upTo, fill }, 'Trimmed history that everybody has passed');
  }
}
