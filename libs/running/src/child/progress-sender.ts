import type { ProgressMessage } from '../children/protocol/child-message.js';
import type { ExecutorLink } from './executor-link.js';

/** Nobody looks more often; a tight loop may call much more often. */
const INTERVAL_MS = 100;

/** Sends how far a run has come: at once, then at most every 100 ms, and always what was said last. */
export class ProgressSender {
  private sentAt = -Infinity;
  private pending: ProgressMessage | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly link: ExecutorLink,
    private readonly id: string,
  ) {}

  /** @throws TypeError when `percent` is no number */
  report(percent: number, message?: string): void {
    if (!Number.isFinite(percent)) {
      throw new TypeError('progress takes a number from 0 to 100');
    }
    this.pending = {
      type: 'progress',
      id: this.id,
      percent: Math.min(Math.max(percent, 0), 100),
      ...(message !== undefined && { message }),
    };
    const waitMs = this.sentAt + INTERVAL_MS - performance.now();
    if (waitMs <= 0) {
      this.flush();
    } else {
      this.timer ??= setTimeout(() => this.flush(), waitMs).unref();
    }
  }

  /** Sends what is still held back. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending !== undefined) {
      this.link.send(this.pending);
      this.pending = undefined;
      this.sentAt = performance.now();
    }
  }
}
