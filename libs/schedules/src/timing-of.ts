import type { ScheduleTiming } from '#contracts';

/** Of a definition, what its instants follow from: two of the same text have the same instants. */
export function timingOf({ cron, time_zone = 'UTC', every_ms, from, at }: ScheduleTiming): ScheduleTiming {
  if (cron != null) {
    return { cron, time_zone };
  }
  return every_ms == null ? { at } : { every_ms, ...(from != null && { from }) };
}

/** Whether two rules have the same instants, as far as their text says it. */
export function isSameTiming(one: ScheduleTiming | undefined, other: ScheduleTiming | undefined): boolean {
  return textOf(one) === textOf(other);
}

function textOf(timing: ScheduleTiming | undefined): string {
  return timing === undefined ? '' : JSON.stringify(timingOf(timing));
}
