import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type KV, Kvm, type KvWatchEntry } from '@nats-io/kv';
import type { JetStreamConnection } from '../connection/jetstream-connection.js';
import type { BucketListener } from './bucket-listener.js';

const RETRY_MS = 1_000;
/** How often the bucket is looked at for being another one of the same name. */
const CHECK_EVERY_MS = 5_000;

/** What a watch of a bucket is to be stopped by. */
interface Watch extends AsyncIterable<KvWatchEntry> {
  stop(): void;
}

/**
 * Tells a listener what a key-value bucket holds, for as long as the process lives. After each loss of the broker, and
 * when the bucket was made anew, everything is read again, because changes may have been missed. While the bucket can't
 * be read, the listener keeps what it was told last.
 */
export class BucketWatch {
  private readonly logger = new Logger(BucketWatch.name);
  private readonly stopping = new AbortController();
  private readonly firstRead = Promise.withResolvers<void>();
  private watching: Promise<void> | undefined;
  private watch: Watch | undefined;
  private isComplete = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly bucket: string,
    private readonly listener: BucketListener,
  ) {
    connection.onReconnect(() => this.watch?.stop());
  }

  /** Begins to watch, if it has not yet. Resolves once the whole bucket has been read, which may take for ever. */
  async read(): Promise<void> {
    this.watching ??= this.watchForEver();
    await this.firstRead.promise;
  }

  /** Safe to call again, and before `read`. */
  stop(): void {
    this.stopping.abort();
    this.watch?.stop();
    this.firstRead.resolve();
  }

  private async watchForEver(): Promise<void> {
    const { signal } = this.stopping;
    await this.connection.connected();
    while (!signal.aborted) {
      try {
        await this.readAndFollow();
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn({ err: error, bucket: this.bucket }, 'A bucket can not be watched yet');
          await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
        }
      }
    }
  }

  /** Ends when the watch does. */
  private async readAndFollow(): Promise<void> {
    const bucket = await new Kvm(this.connection.nats).open(this.bucket);
    const watch = await bucket.watch();
    const { values, streamInfo } = await bucket.status();
    this.watch = watch;
    this.isComplete = false;
    const found = new Set<string>();
    if (values === 0) {
      this.finishReading(found);
    }
    if (this.stopping.signal.aborted) {
      watch.stop();
    }
    const checking = setInterval(() => void this.check(bucket, streamInfo.created, watch), CHECK_EVERY_MS);
    checking.unref();
    try {
      for await (const entry of watch) {
        this.tell(entry, found);
      }
    } finally {
      clearInterval(checking);
    }
  }

  private tell({ key, value, revision, operation, delta }: KvWatchEntry, found: Set<string>): void {
    if (operation === 'PUT') {
      this.listener.put({ key, value, revision });
    } else {
      this.listener.remove(key);
    }
    if (!this.isComplete) {
      note(key, operation === 'PUT', found);
      if (delta === 0) {
        this.finishReading(found);
      }
    }
  }

  private finishReading(found: ReadonlySet<string>): void {
    this.isComplete = true;
    this.listener.keepOnly(found);
    this.firstRead.resolve();
  }

  /** A watch goes on in silence when its bucket is deleted, and waits for ever for a value that has expired meanwhile. */
  private async check(bucket: KV, created: string, watch: Watch): Promise<void> {
    if (!this.connection.isConnected) {
      return; // it begins anew with the reconnect
    }
    const isSame = await bucket.status().then(
      ({ streamInfo }) => streamInfo.created === created,
      () => false,
    );
    if (!isSame || !this.isComplete) {
      this.logger.warn({ bucket: this.bucket }, 'A bucket is read anew');
      watch.stop();
    }
  }
}

function note(key: string, isThere: boolean, found: Set<string>): void {
  if (isThere) {
    found.add(key);
  } else {
    found.delete(key);
  }
}
