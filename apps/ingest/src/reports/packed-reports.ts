import { MAX_PACKED_EVENTS, type RunReported } from '#contracts';
import { Injectable } from '@nestjs/common';
import { ReportKeeper } from './report-keeper.js';
import type { ReportOutcome } from './report-outcome.js';

/** Longest time from the arrival of a report that the broker gets. */
const KEEP_MS = 2_000;
/** What a broker gets that has used up that time for those before. */
const LEAST_MS = 100;
/** Longest time that reports are held back, to become a larger group, because others are on their way. */
const LONGEST_HOLD_MS = 20;

interface Waiting {
  readonly event: RunReported;
  readonly arrivedAtMs: number;
  readonly resolve: (outcome: ReportOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes reports without a key in groups: those that arrive while others are on their way to the broker and to Postgres
 * make the next one. The larger a group, the less each of its reports costs; a lone report waits for nobody.
 */
@Injectable()
export class PackedReports {
  private waiting: Waiting[] = [];
  private groupsUnderWay = 0;
  private hold: NodeJS.Timeout | undefined;

  constructor(private readonly keeper: ReportKeeper) {}

  async take(event: RunReported): Promise<ReportOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ReportOutcome>();
    this.waiting.push({ event, arrivedAtMs: performance.now(), resolve, reject });
    if (this.groupsUnderWay === 0 || this.waiting.length >= MAX_PACKED_EVENTS) {
      this.begin();
    } else {
      this.hold ??= setTimeout(() => this.begin(), LONGEST_HOLD_MS);
    }
    return await promise;
  }

  private begin(): void {
    clearTimeout(this.hold);
    this.hold = undefined;
    while (this.waiting.length > 0) {
      void this.store(this.waiting.splice(0, MAX_PACKED_EVENTS));
    }
  }

  private async store(group: readonly Waiting[]): Promise<void> {
    this.groupsUnderWay += 1;
    const answer = await this.stored(group);
    this.groupsUnderWay -= 1;
    if (this.groupsUnderWay === 0 && this.waiting.length > 0) {
      this.begin();
      setImmediate(answer); // answers take time to write: meanwhile Postgres has something to do
    } else {
      answer();
    }
  }

  /** Resolves to what tells those who wait; never rejects. */
  private async stored(group: readonly Waiting[]): Promise<() => void> {
    const waitedMs = performance.now() - (group[0]?.arrivedAtMs ?? 0);
    const events = group.map(({ event }) => event);
    try {
      const outcomes = await this.keeper.store(events, Math.max(LEAST_MS, KEEP_MS - waitedMs));
      return () => group.forEach(({ resolve }, index) => resolve(outcomes[index]!));
    } catch (error) {
      return () => group.forEach(({ reject }) => reject(error));
    }
  }
}
