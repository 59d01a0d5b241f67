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
  private buffer: JetStreamMessage[] = [];
  private arrived = Promise.withResolvers<void>();
  private taken = Promise.withResolvers<void>();

  /** @param handle settles all messages and resolves, or rejects to be called again with the same ones */
  constructor(
    line: PullLine,
    private readonly binding: BatchBinding,
    private readonly handle: (messages: readonly JetStreamMessage[], signal: AbortSignal) => Promise<void>,
  ) {
    this.leases = new LeaseKeeper(binding.ackWaitMs);
    this.pulling = new PullSubscription(line, binding, (message) => this.receive(message));
    this.loops = Promise.all([this.pullForEver(), this.handleForEver()]);
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
    this.arrived.resolve();
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
      this.arrived.resolve();
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
      if (this.buffer.length === 0) {
        this.arrived = Promise.withResolvers();
        await this.arrived.promise;
        continue;
      }
      const batch = this.buffer.splice(0, this.binding.maxMessages);
      this.taken.resolve();
      await this.handleUntilDone(batch);
      batch.forEach((message) => this.leases.letGo(message));
    }
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
