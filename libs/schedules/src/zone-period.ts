/// <reference lib="esnext.temporal" />

/** A time in which a zone keeps one offset from UTC. The bounds are milliseconds since the epoch. */
export interface ZonePeriod {
  /** First instant; -Infinity in a zone that had no change before. */
  readonly startMs: number;
  /** First instant of the next period; Infinity in a zone that has no change ahead. */
  readonly endMs: number;
  /** What the clocks show minus UTC. */
  readonly offsetMs: number;
  /** The offset before `startMs`. */
  readonly offsetBeforeMs: number;
}

/** @param timeZone IANA name */
export function zonePeriodAt(timeZone: string, instantMs: number): ZonePeriod {
  const at = zoned(timeZone, instantMs);
  const end = at.getTimeZoneTransition('next');
  // Looks at instants before the one it is asked of, and the period may begin at this very one.
  const start = zoned(timeZone, instantMs + 1).getTimeZoneTransition('previous');
  return {
    startMs: start?.epochMilliseconds ?? -Infinity,
    endMs: end?.epochMilliseconds ?? Infinity,
    offsetMs: offsetMs(at),
    offsetBeforeMs: start === null ? offsetMs(at) : offsetMs(start.subtract({ nanoseconds: 1 })),
  };
}

function zoned(timeZone: string, instantMs: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)).toZonedDateTimeISO(timeZone);
}

function offsetMs(at: Temporal.ZonedDateTime): number {
  return at.offsetNanoseconds / 1_000_000;
}
