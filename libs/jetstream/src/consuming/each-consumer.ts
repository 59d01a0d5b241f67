import type { EachBinding } from './consumer-binding.js';
import type { JetStreamMessage } from './jetstream-message.js';
import { LeaseKeeper } from './lease-keeper.js';
import { type PullLine, PullSubscription } from './pull-subscription.js';
import type { RunningConsumer } from './running-consumer.js';

const RENEW_MS = 5_000;
/** Pause of an idle consumer while others wait for its place. */
const CONTENDED_PAUSE_MS = 200;

/** Handles messages one by one, side by side. Takes a slot before it asks for a message. */
export class EachConsumer implements RunningConsumer {
  private readonly leases = new LeaseKeeper(RENEW_MS);
  private readonly running = new Set<Promise<void>>();
  private readonly pulling: PullSubscription;
  /** Slots taken for messages that have been asked for and are not here yet. */
  private reserved = 0;
  private room = Promise.withResolvers<void>();
  private draining = false;

  /** @param handle settles the message itself and never rejects */
  constructor(
    line: PullLine,
    private readonly binding: EachBinding,
    private readonly handle: (message: JetStreamMessage) => Promise<void>,
  ) {
    this.pulling = new PullSubscription(line, binding, (message) => this.start(message));
    void this.pullForEver();
  }

  get silent(): number {
    return this.pulling.silent;
  }

  resume(): void {
    this.leases.renewAll();
    this.pulling.abandon();
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
      this.reserved = await this.binding.slots.acquire(Math.min(wanted, Math.max(1, this.roomLeft())));
      const isContended = this.binding.slots.isContended;
      if (!this.draining) {
        await this.pulling.pull(this.reserved, { noWait: isContended });
      }
      const isIdle = this.reserved > 0;
      this.binding.slots.release(this.reserved);
      this.reserved = 0;
      wanted = isIdle ? 1 : wanted * 2;
      if (isIdle && isContended) {
        await new Promise((resolve) => setTimeout(resolve, CONTENDED_PAUSE_MS).unref());
      }
    }
  }

  private roomLeft(): number {
    return this.binding.concurrency - this.running.size;
  }

  private async waitForRoom(): Promise<void> {
    while (this.roomLeft() <= 0 && !this.draining) {
      this.room = Promise.withResolvers();
      await this.room.promise;
    }
  }

  /** A message that comes after its pull was given up has no slot; it is worked on all the same. */
  private start(message: JetStreamMessage): void {
    const slots = Math.min(1, this.reserved);
    this.reserved -= slots;
    this.leases.hold(message);
    const work = this.handle(message).finally(() => {
      this.leases.letGo(message);
      this.running.delete(work);
      this.binding.slots.release(slots);
      this.room.resolve();
    });
    this.running.add(work);
  }
}
