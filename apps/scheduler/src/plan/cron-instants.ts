import { CronTime } from 'cron';
import { type ZonePeriod, zonePeriodAt } from './zone-period.js';

const SECOND_MS = 1_000;
const HOUR_FIELD = 2;

/**
 * The instants of a cron expression in a time zone. They follow from the two alone, never from the instant one starts
 * to count at: schedulers that were started at different times agree on every one of them.
 *
 * Where the clocks change:
 * - With an hour field of `*`, time goes by as it does for a stopwatch: an hour that comes twice is fired twice, and an
 *   hour that is skipped is not fired.
 * - Otherwise a time that comes twice is fired the first time only, and one that is skipped is fired at the first
 *   instant after the gap.
 *
 * The `cron` package matches the expression against what the clocks show. Its own way from there to instants depends on
 * where it starts, leaves out instants (`30 * * * *` in Australia/Sydney) and can go back in time (Australia/Lord_Howe).
 */
export class CronInstants {
  private readonly clockFace: CronTime;
  private readonly isHourly: boolean;
  private period: ZonePeriod | undefined;

  /**
   * @param cron expression of 5 fields, or 6 with seconds first
   * @param timeZone IANA name
   * @throws Error when the expression can't be read, or matches no day of the next 8 years
   */
  constructor(
    readonly cron: string,
    readonly timeZone: string,
  ) {
    this.clockFace = new CronTime(cron, 'UTC');
    this.isHourly = this.clockFace.toJSON()[HOUR_FIELD] === '*';
    this.nextOnClock(Date.now());
  }

  /**
   * The first instant after `afterMs`, both milliseconds since the epoch.
   * @throws Error when there is none in the next 8 years
   */
  next(afterMs: number): number {
    let period = this.periodAt(afterMs);
    let shownMs = Math.max(afterMs + period.offsetMs, this.startOnClock(period));
    for (;;) {
      const instantMs = this.nextOnClock(shownMs) - period.offsetMs;
      if (instantMs < period.endMs) {
        return Math.max(instantMs, period.startMs);
      }
      period = this.periodAt(period.endMs);
      shownMs = this.startOnClock(period);
    }
  }

  /** What the clocks show just before the first time that counts in a period. */
  private startOnClock({ startMs, offsetMs, offsetBeforeMs }: ZonePeriod): number {
    // Times in a gap are looked at too, and end up at the instant after it; times that were shown before are not.
    return startMs + (this.isHourly ? offsetMs : offsetBeforeMs) - SECOND_MS;
  }

  private periodAt(instantMs: number): ZonePeriod {
    const { period } = this;
    if (period === undefined || instantMs < period.startMs || instantMs >= period.endMs) {
      this.period = zonePeriodAt(this.timeZone, instantMs);
    }
    return this.period!;
  }

  /** Clock times are kept as the instants at which a clock in UTC shows them. */
  private nextOnClock(shownMs: number): number {
    return this.clockFace.getNextDateFrom(new Date(shownMs), 'UTC').toMillis();
  }
}
