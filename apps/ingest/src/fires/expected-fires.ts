import { type BookedSchedule, type Instants, instantsOf, millisecondsOf } from '#schedules';

/** How far a schedule is decided, as Postgres has it. */
export interface KnownPosition {
  readonly agent_name: string;
  readonly schedule_name: string;
  readonly decided_until: Date | null;
  readonly has_ended: boolean;
  readonly overdue_since: Date | null;
}

interface Expected {
  readonly instants: Instants;
  readonly sinceMs: number;
  readonly booked: BookedSchedule;
}

/** What should have happened by when, from the definitions alone. */
export class ExpectedFires {
  private readonly schedules = new Map<string, Expected>();

  keys(): string[] {
    return [...this.schedules.keys()];
  }

  /** @param seenMs since when it is known here, in milliseconds since the epoch */
  set(key: string, booked: BookedSchedule | undefined, seenMs: number): void {
    const before = this.schedules.get(key);
    this.schedules.delete(key);
    if (booked === undefined || booked.pause !== undefined) {
      return; // a paused schedule fires nothing that somebody could miss
    }
    try {
      const isSame = JSON.stringify(before?.booked.definition) === JSON.stringify(booked.definition);
      const sinceMs = isSame ? (before?.sinceMs ?? seenMs) : seenMs;
      this.schedules.set(key, { instants: instantsOf(booked.definition), sinceMs, booked });
    } catch {
      // Schedulers leave it out too, and say so.
    }
  }

  /** The first fire that should be decided and is not, if it is older than `beforeMs`. */
  overdue(key: string, position: KnownPosition | undefined, beforeMs: number): number | undefined {
    const expected = this.schedules.get(key);
    if (expected === undefined) {
      return undefined;
    }
    const { instants, sinceMs, booked } = expected;
    const timedSince = booked.definition.timed_since;
    const decidedUntil = position?.has_ended === false ? position.decided_until?.getTime() : undefined;
    const fromMs = Math.max(
      decidedUntil ?? sinceMs,
      timedSince === undefined ? -Infinity : millisecondsOf(timedSince),
    );
    const nextMs = instants.next(fromMs);
    return nextMs <= beforeMs ? nextMs : undefined;
  }
}
