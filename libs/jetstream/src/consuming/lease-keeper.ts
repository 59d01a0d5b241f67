import type { JetStreamMessage } from './jetstream-message.js';

/** The `ack_wait` of a consumer whose binding names none. */
const ACK_WAIT_MS = 15_000;

/**
 * Keeps the broker from delivering to somebody else what this process still works on. Runs on its own timer, never
 * in a handler's code.
 */
export class LeaseKeeper {
  private readonly held = new Map<number, JetStreamMessage>();
  private readonly timer: NodeJS.Timeout;

  /** @param ackWaitMs the consumer's `ack_wait`; renewed at a third of it, so that one lost renewal does no harm */
  constructor(ackWaitMs = ACK_WAIT_MS) {
    this.timer = setInterval(() => this.renewAll(), ackWaitMs / 3);
    this.timer.unref();
  }

  get size(): number {
    return this.held.size;
  }

  /**
   * @returns false when another delivery of the same message is in hand: the broker lost sight of this process for
   *   longer than the ack wait. The first delivery's ack counts for both.
   */
  hold(message: JetStreamMessage): boolean {
    if (this.held.has(message.sequence)) {
      return false;
    }
    this.held.set(message.sequence, message);
    return true;
  }

  letGo(message: JetStreamMessage): void {
    this.held.delete(message.sequence);
  }

  /** Also called after a reconnect: renewals sent while the broker was away have vanished. */
  renewAll(): void {
    this.held.forEach((message) => message.working());
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
