import { Injectable } from '@nestjs/common';

/**
 * What time it is. Until somebody knows better, the wall clock; then it goes on from an instant that is known, by a
 * stopwatch: whoever sets the wall clock moves no fire. Specs put their own in its place.
 */
@Injectable()
export class Clock {
  private anchor: { readonly instantMs: number; readonly stopwatchMs: number } | undefined;

  /** Milliseconds since the epoch. */
  now(): number {
    const { anchor } = this;
    return anchor === undefined
      ? Date.now()
      : Math.floor(anchor.instantMs + performance.now() - anchor.stopwatchMs);
  }

  /** Milliseconds that a timer has to wait until `instantMs`; negative when it has passed. */
  msUntil(instantMs: number): number {
    return instantMs - this.now();
  }

  /** It is this instant now, in milliseconds since the epoch. */
  set(instantMs: number): void {
    this.anchor = { instantMs, stopwatchMs: performance.now() };
  }
}
