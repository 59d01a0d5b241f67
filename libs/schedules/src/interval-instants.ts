import type { Instants } from './instants.js';

/** Every so many milliseconds from a first instant on, whatever the clocks of any zone do. */
export class IntervalInstants implements Instants {
  constructor(
    private readonly everyMs: number,
    private readonly fromMs: number,
  ) {}

  next(afterMs: number): number {
    const { everyMs, fromMs } = this;
    return afterMs < fromMs ? fromMs : fromMs + (Math.floor((afterMs - fromMs) / everyMs) + 1) * everyMs;
  }
}
