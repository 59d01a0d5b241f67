import { type Cancellation, cancellationText, CANCELS_BUCKET, parseCancellation } from '#contracts';
import {
  type BucketEntry,
  type BucketListener,
  BucketWatch,
  JetStreamConnection,
  JetStreamServer,
} from '#jetstream';
import { Interruption } from '#running';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Kvm } from '@nats-io/kv';
import { HeldRuns } from '../leases/held-runs.js';

/** As long as the bucket keeps them. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Knows which runs have to end, from before the first request is asked for; interrupts those that run here. */
@Injectable()
export class Cancels implements BucketListener, OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Cancels.name);
  /** Oldest first. */
  private readonly known = new Map<string, Cancellation>();
  private readonly watch: BucketWatch;

  constructor(
    private readonly server: JetStreamServer,
    private readonly connection: JetStreamConnection,
    private readonly heldRuns: HeldRuns,
  ) {
    this.watch = new BucketWatch(connection, CANCELS_BUCKET, this);
  }

  onModuleInit(): void {
    this.server.prepare(async () => await this.watch.read());
  }

  onModuleDestroy(): void {
    this.watch.stop();
  }

  /** What was asked for, if the run has to end. */
  of(requestId: string): Cancellation | undefined {
    return this.known.get(requestId);
  }

  /** The run is decided, and its request will not come as a new one any more: everybody may forget it. */
  forget(requestId: string): void {
    if (this.known.delete(requestId)) {
      this.withdraw(requestId).catch((error: unknown) => {
        this.logger.debug({ err: error, requestId }, 'A cancellation stays in its bucket until it expires');
      });
    }
  }

  put({ key, value }: BucketEntry): void {
    const cancellation = parseCancellation(value);
    this.dropExpired();
    this.known.set(key, cancellation);
    this.heldRuns.interrupt(
      key,
      new Interruption('cancelled', cancellationText(cancellation), cancellation.requested_at),
    );
  }

  remove(key: string): void {
    this.known.delete(key);
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const requestId of this.known.keys()) {
      if (!keys.has(requestId)) {
        this.known.delete(requestId);
      }
    }
  }

  /** Nobody says when a value of the bucket has expired. */
  private dropExpired(): void {
    for (const [requestId, { requested_at }] of this.known) {
      if (Date.parse(requested_at) > Date.now() - KEPT_MS) {
        return;
      }
      this.known.delete(requestId);
    }
  }

  private async withdraw(requestId: string): Promise<void> {
    const bucket = await new Kvm(this.connection.nats).open(CANCELS_BUCKET);
    await bucket.delete(requestId);
  }
}
