/// <reference lib="esnext.temporal" />
import type { ClockMark } from '#contracts';
import { CronInstants } from './cron-instants.js';
import type { Instants } from './instants.js';
import { zonePeriodAt } from './zone-period.js';

/** An instant as the clocks of a zone show it: ISO 8601 with its offset. */
export function localTime(instantMs: number, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone);
  return zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** What is special about the time that the clocks show at an instant of a schedule. */
export function clockMark(instants: Instants, instantMs: number, timeZone: string): ClockMark | null {
  if (instants instanceof CronInstants && instants.isAfterGap(instantMs)) {
    return 'skipped_time';
  }
  const { startMs, endMs, offsetMs, offsetBeforeMs } = zonePeriodAt(timeZone, instantMs);
  if (offsetMs < offsetBeforeMs && instantMs < startMs + offsetBeforeMs - offsetMs) {
    return 'second_of_two';
  }
  if (endMs === Infinity) {
    return null;
  }
  const backMs = offsetMs - zonePeriodAt(timeZone, endMs).offsetMs;
  return backMs > 0 && instantMs >= endMs - backMs ? 'first_of_two' : null;
}
