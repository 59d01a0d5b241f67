import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { BatchBinding } from './consumer-binding.js';
import type { JetStreamMessage } from './jetstream-message.js';
import { LeaseKeeper } from './lease-keeper.js';
import { type PullLine, PullSubscription } from './pull-subscription.js';
import type { RunningConsumer } from './running-consumer.js';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
const HAND_BACK_MS = 100;
/** So much has to wait before another batch is begun beside one that is handled: small ones cost more than waiting. */
const WORTH_A_LANE_BYTES = 128 * 1_024;

/**
 * Hands over what has arrived while the handler was busy, without waiting for more: batches are small when it is
 * quiet and large under load. A batch that fails stays here, its leases kept, and is tried again: when a server is
 * down the backlog waits in the stream, not in redeliveries.
 */
export class BatchConsumer implements RunningConsumer {
  private readonly logger = new Logger(BatchConsumer.name);
  private readonly leases: LeaseKeeper;
  private readonly stopping = new AbortController();
  private readonly pulling: PullSubscription;
  private readonly loops: Promise<unknown>;
  private readonly lanes: number;
  private buffer: JetStreamMessage[] = [];
  private bufferedBytes = 0;
  /** Batches that are handled right now. */
  private underWay = 0;
  /** Settles when something has arrived; nothing while nobody waits for that. */
  private arrival: PromiseWithResolvers<void> | undefined;
  private taken = Promise.withResolvers<void>();

  /** @param handle settles all messages and resolves, or rejects to be called again with the same ones */
  constructor(
    line: PullLine,
    private readonly binding: BatchBinding,
    private readonly handle: (messages: readonly JetStreamMessage[], signal: AbortSignal) => Promise<void>,
  ) {
    this.leases = new LeaseKeeper(binding.ackWaitMs);
    this.pulling = new PullSubscription(line, binding, (message) => this.receive(message));
    this.lanes = binding.lanes ?? 1;
    const handling = Array.from({ length: this.lanes }, () => this.handleForEver());
    this.loops = Promise.all([this.pullForEver(), ...handling]);
  }

  get silent(): number {
    return this.pulling.silent;
  }

  startOver(): void {
    this.leases.renewAll();
    void this.pulling.cancel();
  }

  async drain(): Promise<void> {
    this.stopping.abort();
    await this.pulling.drain();
    this.wakeLanes();
    this.taken.resolve();
    await this.loops;
    this.leases.stop();
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private receive(message: JetStreamMessage): void {
    if (this.leases.hold(message)) {
      this.buffer.push(message);
      this.bufferedBytes += message.data.length;
      this.wakeLanes();
    }
  }

  private async pullForEver(): Promise<void> {
    while (!this.isStopping) {
      if (this.buffer.length >= this.binding.maxMessages) {
        this.taken = Promise.withResolvers();
        await this.taken.promise;
      } else {
        await this.pulling.pull(this.binding.maxMessages, { quick: false });
      }
    }
  }

  private async handleForEver(): Promise<void> {
    while (!this.isStopping || this.buffer.length > 0) {
      if (!this.isWorthABatch) {
        this.arrival ??= Promise.withResolvers();
        await this.arrival.promise;
        continue;
      }
      const batch = this.takeBatch();
      this.underWay += 1;
      await this.handleUntilDone(batch);
      this.underWay -= 1;
      batch.forEach((message) => this.leases.letGo(message));
    }
  }

  private get isWorthABatch(): boolean {
    return this.underWay === 0 || this.isStopping
      ? this.buffer.length > 0
      : this.bufferedBytes >= WORTH_A_LANE_BYTES || this.buffer.length >= this.laneMessages;
  }

  /** Messages that one lane takes at most. */
  private get laneMessages(): number {
    return Math.ceil(this.binding.maxMessages / this.lanes);
  }

  private takeBatch(): JetStreamMessage[] {
    const batch = this.buffer.splice(0, this.laneMessages);
    this.bufferedBytes -= batch.reduce((bytes, { data }) => bytes + data.length, 0);
    this.taken.resolve();
    return batch;
  }

  private wakeLanes(): void {
    this.arrival?.resolve();
    this.arrival = undefined;
  }

  private async handleUntilDone(batch: readonly JetStreamMessage[]): Promise<void> {
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
      try {
        await this.handle(batch, this.stopping.signal);
        return;
      } catch (error) {
        if (this.isStopping) {
          batch.forEach((message) => message.nak(HAND_BACK_MS));
          return;
        }
        this.logger.warn(
          { err: error, consumer: this.binding.durable, messages: batch.length, delayMs },
          'A batch could not be handled, trying again',
        );
        await pause(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }
}
