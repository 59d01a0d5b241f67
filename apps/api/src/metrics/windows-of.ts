import type { DayCount } from './day-count.js';

const DAY_MS = 86_400_000;
/** A busy day is looked through in parts of about so many times the wanted readings. */
const READINGS_PER_PART = 10;
const MOST_PARTS = 96;

/** A stretch of time, milliseconds since the epoch; its end is outside. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Where to look for the newest readings, one stretch after the other, each with not much more of them than are wanted:
 * quiet days are put together, busy ones taken apart.
 * @param days the newest first, without those that have none
 * @param wanted readings
 */
export function* windowsOf(
  days: readonly DayCount[],
  wanted: number,
  { fromMs, toMs }: TimeWindow,
): Generator<TimeWindow> {
  let together: TimeWindow | undefined;
  let count = 0;
  for (const each of days) {
    const beginMs = Date.parse(`${each.day}T00:00:00Z`);
    const day = { fromMs: Math.max(beginMs, fromMs), toMs: Math.min(beginMs + DAY_MS, toMs) };
    if (day.fromMs >= day.toMs) {
      continue;
    }
    if (each.count > wanted * READINGS_PER_PART) {
      if (together !== undefined) {
        yield together;
      }
      yield* partsOf(day, Math.min(MOST_PARTS, Math.ceil(each.count / (wanted * READINGS_PER_PART))));
      [together, count] = [undefined, 0];
      continue;
    }
    together = { fromMs: day.fromMs, toMs: together?.toMs ?? day.toMs };
    count += each.count;
    if (count >= wanted) {
      yield together;
      [together, count] = [undefined, 0];
    }
  }
  if (together !== undefined) {
    yield together;
  }
}

/** The newest first. */
function* partsOf({ fromMs, toMs }: TimeWindow, parts: number): Generator<TimeWindow> {
  const partMs = Math.ceil((toMs - fromMs) / parts);
  for (let endMs = toMs; endMs > fromMs; endMs -= partMs) {
    yield { fromMs: Math.max(fromMs, endMs - partMs), toMs: endMs };
  }
}
