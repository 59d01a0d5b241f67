/** Where an event stands in `RUN_EVENTS`. */
export interface EventPosition {
  readonly sequence: number;
  /** Within its message, from 0: a pack has many events. */
  readonly index: number;
  /** Sequences begin again at 1 when a stream is made anew; the time does not. */
  readonly storedAtNanos: bigint;
}

/** What the finished runs of an agent, in the order of the stream, come to. */
export interface Streak {
  /** Runs that have failed in a row, the newest one included; 0 when it succeeded. */
  readonly failures: number;
  /** The same, before the newest run. */
  readonly failuresBefore: number;
  /** Of the newest run's final event. */
  readonly position: EventPosition;
}

/**
 * Counts a finished run. An event that has been counted changes nothing.
 * @returns the streak whose newest run is this one, or nothing when a newer one has been counted since
 */
export function withRun(
  streak: Streak | undefined,
  position: EventPosition,
  hasFailed: boolean,
): Streak | undefined {
  if (streak !== undefined && isUpTo(position, streak.position)) {
    return isUpTo(streak.position, position) ? streak : undefined;
  }
  const failuresBefore = streak?.failures ?? 0;
  return { failures: hasFailed ? failuresBefore + 1 : 0, failuresBefore, position };
}

/** A success after a success is the usual, and changes nothing. */
export function isUsual({ failures, failuresBefore }: Streak): boolean {
  return failures === 0 && failuresBefore === 0;
}

function isUpTo(one: EventPosition, other: EventPosition): boolean {
  const isBefore = one.sequence < other.sequence;
  const isWithin = one.sequence === other.sequence && one.index <= other.index;
  return (isBefore || isWithin) && one.storedAtNanos <= other.storedAtNanos;
}
