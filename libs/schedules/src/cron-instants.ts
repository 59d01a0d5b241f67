import { ClockFace } from './clock-face.js';
import type { Instants } from './instants.js';
import { type ZonePeriod, zonePeriodAt } from './zone-period.js';

const SECOND_MS = 1_000;

/**
 * The instants of a cron expression in a time zone. They follow from the two alone, never from the instant one starts
 * to count at: schedulers that were started at different times agree on every one of them.
 *
 * Where the clocks change:
 * - With an hour field of `*`, time goes by as it does for a stopwatch: an hour that comes twice is fired twice, and an
 *   hour that is skipped is not fired.
 * - Otherwise a time that comes twice is fired the first time only, and one that is skipped is fired at the first
 *   instant after the gap.
 */
export class CronInstants implements Instants {
  private readonly face: ClockFace;
  private period: ZonePeriod | undefined;

  /**
   * @param cron expression of 5 fields, or 6 with seconds first
   * @param timeZone IANA name
   * @throws Error when the expression can't be read, or never matches
   */
  constructor(
    readonly cron: string,
    readonly timeZone: string,
  ) {
    this.face = new ClockFace(cron);
    if (this.face.next(0) === Infinity) {
      throw new Error('No day matches the expression');
    }
  }

  next(afterMs: number): number {
    let period = this.periodAt(afterMs);
    let shownMs = Math.max(afterMs + period.offsetMs, this.startOnClock(period));
    for (;;) {
      const instantMs = this.face.next(shownMs) - period.offsetMs;
      if (instantMs < period.endMs || instantMs === Infinity) {
        return Math.max(instantMs, period.startMs);
      }
      period = this.periodAt(period.endMs);
      shownMs = this.startOnClock(period);
    }
  }

  /** Whether an instant stands for a time that the clocks skip. */
  isAfterGap(instantMs: number): boolean {
    const { startMs, offsetMs, offsetBeforeMs } = this.periodAt(instantMs);
    return instantMs === startMs && offsetMs > offsetBeforeMs && !this.face.matches(instantMs + offsetMs);
  }

  /** What the clocks show just before the first time that counts in a period. */
  private startOnClock({ startMs, offsetMs, offsetBeforeMs }: ZonePeriod): number {
    // Times in a gap are looked at too, and end up at the instant after it; times that were shown before are not.
    return startMs + (this.face.isHourly ? offsetMs : offsetBeforeMs) - SECOND_MS;
  }

  private periodAt(instantMs: number): ZonePeriod {
    const { period } = this;
    if (period === undefined || instantMs < period.startMs || instantMs >= period.endMs) {
      this.period = zonePeriodAt(this.timeZone, instantMs);
    }
    return this.period!;
  }
}
