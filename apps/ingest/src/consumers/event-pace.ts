import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** More than so many events in a window are a press: a thousand a second. */
const WINDOW_MS = 250;
const PRESSING_EVENTS = 250;
/** How long a press counts as going on. */
const PRESSING_FOR_MS = 500;
/** However long events press, whoever gives way to them gets on once in this time. */
const LONGEST_MS = 2_000;
const POLL_MS = 50;

/**
 * Whether events press. What is only about runs that wait gives way to them: most of those runs are over a moment later,
 * and their final row needs no other before it.
 */
@Injectable()
export class EventPace {
  private pressingUntilMs = 0;
  private windowEndsMs = 0;
  private inWindow = 0;

  /** A batch of so many events was written. */
  note(events: number): void {
    const now = Date.now();
    if (now >= this.windowEndsMs) {
      this.windowEndsMs = now + WINDOW_MS;
      this.inWindow = 0;
    }
    this.inWindow += events;
    if (this.inWindow >= PRESSING_EVENTS) {
      this.pressingUntilMs = now + PRESSING_FOR_MS;
    }
  }

  /** Resolves once events do not press, after 2 s at the latest, or when the signal is aborted. */
  async calm(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + LONGEST_MS;
    while (this.pressingUntilMs > Date.now() && Date.now() < deadline && !signal.aborted) {
      await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined); // stopping: it goes on now
    }
  }
}
