import type { Interruption } from './interruption.js';

/**
 * Ends an attempt from outside. What `AbortController` is, but costs nothing until somebody looks at the signal: most
 * attempts are over before anybody does.
 */
export class RunControl {
  private controller: AbortController | undefined;
  private reason: Interruption | undefined;
  private listener: (() => void) | undefined;

  /** Why the attempt has to end, once it has to. */
  get interruption(): Interruption | undefined {
    return this.reason;
  }

  /** What the agent's code sees. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.reason !== undefined) {
        this.controller.abort(this.reason);
      }
    }
    return this.controller.signal;
  }

  /** Only the first reason counts. */
  interrupt(reason: Interruption): void {
    if (this.reason === undefined) {
      this.reason = reason;
      this.controller?.abort(reason);
      this.listener?.();
    }
  }

  /** @param listener called when the attempt has to end; one at most, in place of the one before */
  onInterruption(listener: (() => void) | undefined): void {
    this.listener = listener;
  }
}
