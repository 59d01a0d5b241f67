import type { CronInstants } from './cron-instants.js';

/**
 * A schedule, and how far its fires are published. Nothing is kept per fire: those that are owed follow from the oldest
 * one, so an outage of any length takes no memory.
 */
export class PlannedSchedule {
  private oldestDueMs: number;
  private lastMs = Infinity;

  /** @param startMs its fires begin after this instant, in milliseconds since the epoch */
  constructor(
    readonly agent: string,
    readonly name: string,
    readonly instants: CronInstants,
    public input: Record<string, unknown> | undefined,
    startMs: number,
  ) {
    this.oldestDueMs = instants.next(startMs);
  }

  /** The oldest fire that is not published yet, owed or still to come, in milliseconds since the epoch. */
  get dueMs(): number {
    return this.oldestDueMs;
  }

  /** Whether a fire has come due that is not published. */
  owesAt(nowMs: number): boolean {
    return this.oldestDueMs <= Math.min(nowMs, this.lastMs);
  }

  /** The fire at `dueMs` is done. */
  advance(): void {
    this.oldestDueMs = this.instants.next(this.oldestDueMs);
  }

  /** Ends the schedule. What it owes at this instant is still published. */
  retire(nowMs: number): void {
    this.lastMs = nowMs;
  }

  /**
   * Gives up the fires before `instantMs` if a newer one is owed.
   * @returns whether there were any
   */
  giveUpBefore(instantMs: number, nowMs: number): boolean {
    if (this.oldestDueMs >= instantMs) {
      return false;
    }
    const newerMs = this.instants.next(instantMs - 1);
    if (newerMs > Math.min(nowMs, this.lastMs)) {
      return false;
    }
    this.oldestDueMs = newerMs;
    return true;
  }
}
