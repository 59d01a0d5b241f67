import type { JetStreamMessage } from './jetstream-message.js';

/**
 * Keeps the broker from delivering to somebody else what this process still works on. Runs on its own timer, never
 * in a handler's code.
 */
export class LeaseKeeper {
  private readonly held = new Set<JetStreamMessage>();
  private readonly timer: NodeJS.Timeout;

  /** @param everyMs a third of the consumer's `ack_wait`, so that one lost renewal does no harm */
  constructor(everyMs: number) {
    this.timer = setInterval(() => this.renewAll(), everyMs);
    this.timer.unref();
  }

  get size(): number {
    return this.held.size;
  }

  hold(message: JetStreamMessage): void {
    this.held.add(message);
  }

  letGo(message: JetStreamMessage): void {
    this.held.delete(message);
  }

  /** Also called after a reconnect: renewals sent while the broker was away have vanished. */
  renewAll(): void {
    this.held.forEach((message) => message.working());
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
