import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { bucketStream, bucketSubject, PUBLISHED_KEY, SCHEDULES_BUCKET } from '#contracts';
import { JetStreamConnection, Publisher, StreamReader } from '#jetstream';

const EVERY_MS = 1_000;
/** The broker knows a request again for ten minutes. */
const KNOWN_AGAIN_MS = 9 * 60_000;

/**
 * Up to which entry of the ledger all requests are published, as the bucket `SCHEDULES` keeps it: so that a scheduler
 * that starts does not publish again what the broker has forgotten since.
 */
@Injectable()
export class PublishedMark implements OnModuleDestroy {
  private readonly logger = new Logger(PublishedMark.name);
  private readonly unfinished = new Set<number>();
  private readonly timer: NodeJS.Timeout;
  private stored: number | undefined;
  private seen = 0;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {
    this.timer = setInterval(() => void this.store(), EVERY_MS).unref();
  }

  /** @throws BrokerUnavailableException */
  async read(): Promise<void> {
    const message = await this.reader.last(
      bucketStream(SCHEDULES_BUCKET),
      bucketSubject(SCHEDULES_BUCKET, PUBLISHED_KEY),
    );
    const sequence = Number(message?.string() ?? NaN);
    this.stored = Number.isSafeInteger(sequence) ? sequence : undefined;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.store();
  }

  /** Another ledger begins, with sequences of its own. */
  forgetLedger(): void {
    this.stored = undefined;
    this.seen = 0;
    this.unfinished.clear();
  }

  /** Whether the requests of an entry are certainly published. Without a mark, those of old entries count as such. */
  covers(sequence: number, storedAtMs: number): boolean {
    return this.stored === undefined ? isForgotten(storedAtMs) : sequence <= this.stored;
  }

  /** Whether to repeat a request of that time could make the broker take it twice. */
  isOld(storedAtMs: number): boolean {
    return isForgotten(storedAtMs);
  }

  /** An entry has been read. @param isOpen whether it has requests to publish */
  note(sequence: number, isOpen: boolean): void {
    this.seen = Math.max(this.seen, sequence);
    if (isOpen) {
      this.unfinished.add(sequence);
    }
  }

  finish(sequence: number): void {
    this.unfinished.delete(sequence);
  }

  private async store(): Promise<void> {
    const upTo = this.unfinished.size === 0 ? this.seen : Math.min(...this.unfinished) - 1;
    if (upTo <= (this.stored ?? 0) || !this.connection.isConnected) {
      return;
    }
    try {
      await this.publisher.publish(bucketSubject(SCHEDULES_BUCKET, PUBLISHED_KEY), String(upTo));
      this.stored = upTo;
    } catch (error) {
      this.logger.warn({ err: error }, 'How far the ledger is published could not be noted');
    }
  }
}

/** By this machine's clock and the broker's, so with some leeway. */
function isForgotten(storedAtMs: number): boolean {
  return Date.now() - storedAtMs > KNOWN_AGAIN_MS;
}
