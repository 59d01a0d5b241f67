import type { LedgerEntry, ScheduleDefinition, ScheduleTiming } from '#contracts';
import { type Instants, instantsOf, isSameTiming, millisecondsOf, timingOf } from '#schedules';

/** What the ledger said last of a schedule. */
export interface LedgerPosition {
  /** Of the entry in the stream. */
  readonly sequence: number;
  readonly entry: LedgerEntry;
}

/** The instants of a rule, after one instant and up to another, in milliseconds since the epoch. */
export interface DueRange {
  readonly instants: Instants;
  readonly afterMs: number;
  readonly upToMs: number;
}

/**
 * A schedule as the buckets define it, and how far the ledger has it. Nothing is kept per fire: what is due follows from
 * the last entry of the ledger and the rule.
 */
export class PlannedSchedule {
  isPaused = false;
  private current: ScheduleDefinition;
  private rule: Instants;
  /** Since when the rule holds, unless the ledger has it already. */
  private sinceMs: number;
  private goneAtMs: number | undefined;
  private at: LedgerPosition | undefined;
  private nextDueMs = -Infinity;

  /**
   * @param seenMs when it was first seen here
   * @throws ContractViolation when its cron expression can't be used
   */
  constructor(
    readonly key: string,
    definition: ScheduleDefinition,
    seenMs: number,
  ) {
    this.current = definition;
    this.rule = instantsOf(definition);
    this.sinceMs = sinceOf(definition, seenMs);
    this.findDue();
  }

  get definition(): ScheduleDefinition {
    return this.current;
  }

  get position(): LedgerPosition | undefined {
    return this.at;
  }

  /** Whether it is not defined any more. */
  get isGone(): boolean {
    return this.goneAtMs !== undefined;
  }

  /** The rule that the ledger shall have; none when the schedule is gone. */
  get timing(): ScheduleTiming | undefined {
    return this.isGone ? undefined : timingOf(this.current);
  }

  /** Whether the ledger does not know the rule yet, or not that the schedule is gone. */
  get hasNewRule(): boolean {
    return !isSameTiming(this.at?.entry.timing, this.timing);
  }

  /** Nominal instants of fires that wait for the run of the one before. */
  get queued(): readonly string[] {
    return this.at?.entry.queued ?? [];
  }

  /** When there is something to decide: the next fire, or at once when the rule has changed. */
  get dueMs(): number {
    return this.nextDueMs;
  }

  /** The next instant at which it fires, after the last decided one. */
  nextFire(afterMs: number): number {
    return this.rule.next(Math.max(afterMs, this.fromMs));
  }

  /** @throws ContractViolation when its cron expression can't be used; it stays as it was then */
  redefine(definition: ScheduleDefinition, seenMs: number): void {
    if (this.isGone || !isSameTiming(definition, this.current)) {
      this.rule = instantsOf(definition);
      this.sinceMs = sinceOf(definition, seenMs);
    }
    this.goneAtMs = undefined;
    this.current = definition;
    this.findDue();
  }

  retire(nowMs: number): void {
    this.goneAtMs ??= nowMs;
    this.findDue();
  }

  /** What the ledger says; older words change nothing. @returns whether this is news */
  take(position: LedgerPosition): boolean {
    if (this.at !== undefined && position.sequence <= this.at.sequence) {
      return false;
    }
    this.at = position;
    this.findDue();
    return true;
  }

  /** Another ledger begins: the stream was made anew. */
  forget(): void {
    this.at = undefined;
    this.findDue();
  }

  /** From when to when fires are to be decided, by which rule; and the instant up to which that is everything. */
  dueAt(nowMs: number): { ranges: DueRange[]; decidedMs: number } {
    const { at, hasNewRule, isGone, fromMs } = this;
    const ranges: DueRange[] = [];
    let decidedMs = fromMs;
    if (hasNewRule && at?.entry.timing !== undefined) {
      const afterMs = millisecondsOf(at.entry.until);
      const changedMs = Math.min(nowMs, this.goneAtMs ?? this.sinceMs);
      ranges.push({ instants: instantsOf(at.entry.timing), afterMs, upToMs: changedMs });
      decidedMs = Math.max(afterMs, changedMs);
    }
    if (!isGone) {
      ranges.push({ instants: this.rule, afterMs: decidedMs, upToMs: nowMs });
    }
    return { ranges, decidedMs };
  }

  /** Kept, because it is looked at far more often than it changes. */
  private findDue(): void {
    if (this.hasNewRule) {
      this.nextDueMs = -Infinity;
    } else {
      this.nextDueMs = this.isGone ? Infinity : this.rule.next(this.fromMs);
    }
  }

  /** Fires follow after this instant. */
  private get fromMs(): number {
    const { at, sinceMs, current } = this;
    if (at === undefined) {
      return sinceMs;
    }
    const untilMs = millisecondsOf(at.entry.until);
    // Without a time of its own the rule of a schedule from code holds on, as the ledger has it.
    const holdsOn = at.entry.timing !== undefined && current.timed_since === undefined && !this.hasNewRule;
    return holdsOn ? untilMs : Math.max(untilMs, sinceMs);
  }
}

/** Made at run time: since it says; from code: since somebody sees it. */
function sinceOf({ timed_since }: ScheduleDefinition, seenMs: number): number {
  return timed_since === undefined ? seenMs : millisecondsOf(timed_since);
}
