import { setTimeout as pause } from 'node:timers/promises';
import type { EachBinding } from './consumer-binding.js';
import type { JetStreamMessage } from './jetstream-message.js';
import { LeaseKeeper } from './lease-keeper.js';
import { type PullLine, PullSubscription } from './pull-subscription.js';
import type { RunningConsumer } from './running-consumer.js';

/** Slots whose messages have not come after this time may be given to others. */
const LEND_AFTER_MS = 20;
/** Pause of an idle consumer while others wait for its place. */
const CONTENDED_PAUSE_MS = 200;

/** Handles messages one by one, side by side. Takes a slot before it asks for a message. */
export class EachConsumer implements RunningConsumer {
  private readonly leases: LeaseKeeper;
  private readonly running = new Set<Promise<void>>();
  private readonly pulling: PullSubscription;
  /** Slots taken for messages that have been asked for and are not here yet. */
  private reserved = 0;
  private room = Promise.withResolvers<void>();
  private draining = false;
  private paused = false;
  private limit = Infinity;

  /** @param handle settles the message itself and never rejects */
  constructor(
    line: PullLine,
    private readonly binding: EachBinding,
    private readonly handle: (message: JetStreamMessage) => Promise<void>,
  ) {
    this.leases = new LeaseKeeper(binding.ackWaitMs);
    this.pulling = new PullSubscription(line, binding, (message) => this.start(message));
    void this.pullForEver();
  }

  get silent(): number {
    return this.pulling.silent;
  }

  startOver(): void {
    this.leases.renewAll();
    void this.pulling.cancel();
  }

  /** Asks for nothing any more. What is already on its way is still worked on. */
  pause(): void {
    this.paused = true;
    void this.pulling.cancel();
  }

  /** @param limit messages that are worked on at the same time, if that is less than the binding's concurrency */
  resume(limit = Infinity): void {
    this.paused = false;
    this.limit = limit;
    this.room.resolve();
  }

  async drain(): Promise<void> {
    this.draining = true;
    this.room.resolve();
    await this.pulling.drain();
    await Promise.allSettled(this.running);
    this.leases.stop();
  }

  /** While idle one slot is held; a consumer that gets what it asks for asks for twice as much the next time. */
  private async pullForEver(): Promise<void> {
    let wanted = 1;
    while (!this.draining) {
      await this.waitForRoom();
      const granted = await this.binding.slots.acquire(Math.min(wanted, Math.max(1, this.roomLeft())));
      if (this.paused) {
        this.binding.slots.release(granted);
        continue;
      }
      const { delivered, isCrowded } = await this.pullInto(granted);
      wanted = delivered === granted ? granted * 2 : Math.max(1, delivered);
      if (delivered === 0 && isCrowded) {
        await pause(CONTENDED_PAUSE_MS, undefined, { ref: false });
      }
    }
  }

  private async pullInto(granted: number): Promise<{ delivered: number; isCrowded: boolean }> {
    const { slots } = this.binding;
    this.reserved = granted;
    let isCrowded = slots.isContended;
    let takeBack: (() => void) | undefined;
    const lending = setTimeout(() => {
      takeBack = slots.lend(() => {
        isCrowded = true;
        void this.pulling.cancel();
      });
    }, LEND_AFTER_MS);
    await this.pulling.pull(granted, { quick: isCrowded });
    clearTimeout(lending);
    takeBack?.();
    const unused = this.reserved;
    this.reserved = 0;
    slots.release(unused);
    return { delivered: granted - unused, isCrowded };
  }

  private roomLeft(): number {
    return Math.min(this.binding.concurrency, this.limit) - this.running.size;
  }

  private async waitForRoom(): Promise<void> {
    while ((this.paused || this.roomLeft() <= 0) && !this.draining) {
      this.room = Promise.withResolvers();
      await this.room.promise;
    }
  }

  /** A message that comes after its pull was given up has no slot; it is worked on all the same. */
  private start(message: JetStreamMessage): void {
    if (!this.leases.hold(message)) {
      return;
    }
    const slots = Math.min(1, this.reserved);
    this.reserved -= slots;
    const work = this.handle(message).finally(() => {
      this.leases.letGo(message);
      this.running.delete(work);
      this.binding.slots.release(slots);
      this.room.resolve();
    });
    this.running.add(work);
  }
}
