import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Kvm, type KvWatchEntry } from '@nats-io/kv';
import { AGENTS_BUCKET } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { CataloguePlanner } from './catalogue-planner.js';

const RETRY_MS = 1_000;

/** What a watch of a bucket is to be stopped by. */
interface Watch extends AsyncIterable<KvWatchEntry> {
  stop(): void;
}

/**
 * Keeps the plan as the bucket `AGENTS` says, for as long as the app lives. After each loss of the broker the whole
 * bucket is read again, because changes may have been missed.
 */
@Injectable()
export class CatalogueWatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(CatalogueWatcher.name);
  private readonly stopping = new AbortController();
  private watch: Watch | undefined;
  private complete = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly planner: CataloguePlanner,
  ) {}

  /** Whether the plan is what the bucket says right now. */
  get isCurrent(): boolean {
    return this.complete && this.connection.isConnected;
  }

  onApplicationBootstrap(): void {
    this.connection.onReconnect(() => this.watch?.stop());
    void this.connection.connected().then(() => this.watchForEver());
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    this.watch?.stop();
  }

  private async watchForEver(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.readAndWatch();
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn({ bucket: AGENTS_BUCKET, err: error }, 'Catalogue can not be watched yet');
          await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
      this.complete = false;
    }
  }

  /** Ends when the watch does. */
  private async readAndWatch(): Promise<void> {
    const bucket = await new Kvm(this.connection.nats).open(AGENTS_BUCKET);
    const { values } = await bucket.status();
    const watch = await bucket.watch();
    this.watch = watch;
    if (this.stopping.signal.aborted) {
      watch.stop();
    }
    const found = new Set<string>();
    if (values === 0) {
      this.finishReading(found);
    }
    for await (const entry of watch) {
      this.apply(entry, found);
      if (entry.delta === 0 && !this.complete) {
        this.finishReading(found);
      }
    }
  }

  private apply({ key, value, operation }: KvWatchEntry, found: Set<string>): void {
    if (operation === 'PUT') {
      found.add(key);
      this.planner.put(key, value);
    } else {
      found.delete(key);
      this.planner.remove(key);
    }
  }

  private finishReading(found: ReadonlySet<string>): void {
    this.planner.keepOnly(found);
    this.complete = true;
    this.logger.log({ agents: found.size, schedules: this.planner.scheduleCount }, 'Catalogue read');
  }
}
