import type { DemandBinding } from './consumer-binding.js';
import type { JetStreamMessage } from './jetstream-message.js';
import { LeaseKeeper } from './lease-keeper.js';
import { type PullLine, PullSubscription } from './pull-subscription.js';
import type { RunningConsumer } from './running-consumer.js';

const HAND_BACK_MS = 100;

type Taker = (message: JetStreamMessage | undefined) => void;

/** Asks for nothing by itself: handles one message for each call, if there is one. The caller has a place for it. */
export class DemandConsumer implements RunningConsumer {
  private readonly leases: LeaseKeeper;
  private readonly pulling: PullSubscription;
  private readonly running = new Set<Promise<void>>();
  /** Those whom the open pull is for, and those who came later. */
  private asking: Taker[] = [];
  private waiting: Taker[] = [];
  /** Came after its pull was given up; the next one who asks gets it. */
  private readonly strays: JetStreamMessage[] = [];
  private isPulling = false;
  private draining = false;

  /** @param handle settles the message itself and never rejects */
  constructor(
    line: PullLine,
    binding: DemandBinding,
    private readonly handle: (message: JetStreamMessage) => Promise<void>,
  ) {
    this.leases = new LeaseKeeper(binding.ackWaitMs);
    this.pulling = new PullSubscription(line, binding, (message) => this.receive(message));
  }

  get silent(): number {
    return this.pulling.silent;
  }

  /** Resolves when a message is handled, or with `false` when there is none, or the broker does not answer. */
  async handleOne(): Promise<boolean> {
    const message = this.draining ? undefined : await this.take();
    if (message === undefined) {
      return false;
    }
    const work = this.handle(message).finally(() => {
      this.leases.letGo(message);
      this.running.delete(work);
    });
    this.running.add(work);
    await work;
    return true;
  }

  startOver(): void {
    this.leases.renewAll();
    void this.pulling.cancel();
  }

  async drain(): Promise<void> {
    this.draining = true;
    await this.pulling.drain();
    await Promise.allSettled(this.running);
    this.strays.splice(0).forEach((message) => message.nak(HAND_BACK_MS));
    this.leases.stop();
  }

  private async take(): Promise<JetStreamMessage | undefined> {
    const stray = this.strays.shift();
    if (stray !== undefined) {
      return stray;
    }
    return await new Promise((resolve) => {
      this.waiting.push(resolve);
      if (!this.isPulling) {
        void this.pullForAll();
      }
    });
  }

  /** Who asks while a pull is open shares the next one. */
  private async pullForAll(): Promise<void> {
    this.isPulling = true;
    while (this.waiting.length > 0) {
      this.asking = this.waiting;
      this.waiting = [];
      await this.pulling.pull(this.asking.length, { quick: true });
      this.asking.splice(0).forEach((resolve) => resolve(undefined));
    }
    this.isPulling = false;
  }

  private receive(message: JetStreamMessage): void {
    if (!this.leases.hold(message)) {
      return;
    }
    const resolve = this.asking.shift();
    if (resolve === undefined) {
      this.strays.push(message);
    } else {
      resolve(message);
    }
  }
}
