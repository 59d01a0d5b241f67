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
/** So many reports make a group of their own while few others are on their way: more in one would leave cores idle. */
const SMALL_GROUP = 16;
/** Of the reports on their way, so many times as many have to wait to make another group. */
const SHARE = 0.5;

interface Waiting {
  readonly event: RunReported;
  readonly arrivedAtMs: number;
  readonly resolve: (outcome: ReportOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes reports without a key in groups: those that arrive while others are on their way to the broker and to Postgres
 * make the next one, which begins when those before are stored, when it is large, or soon. A lone report waits for
 * nobody.
 */
@Injectable()
export class PackedReports {
  private waiting: Waiting[] = [];
  private onTheirWay = 0;
  private hold: NodeJS.Timeout | undefined;

  constructor(private readonly keeper: ReportKeeper) {}

  async take(event: RunReported): Promise<ReportOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ReportOutcome>();
    this.waiting.push({ event, arrivedAtMs: performance.now(), resolve, reject });
    if (this.waiting.length >= this.enough()) {
      this.begin();
    } else {
      this.hold ??= setTimeout(() => this.begin(), LONGEST_HOLD_MS);
    }
    return await promise;
  }

  private enough(): number {
    return this.onTheirWay === 0
      ? 1
      : Math.min(MAX_PACKED_EVENTS, Math.max(SMALL_GROUP, this.onTheirWay * SHARE));
  }

  private begin(): void {
    clearTimeout(this.hold);
    this.hold = undefined;
    while (this.waiting.length > 0) {
      void this.store(this.waiting.splice(0, MAX_PACKED_EVENTS));
    }
  }

  /** Never rejects: those who wait are told. */
  private async store(group: readonly Waiting[]): Promise<void> {
    const waitedMs = performance.now() - (group[0]?.arrivedAtMs ?? 0);
    this.onTheirWay += group.length;
    try {
      const events = group.map(({ event }) => event);
      const outcomes = await this.keeper.store(events, Math.max(LEAST_MS, KEEP_MS - waitedMs));
      group.forEach(({ resolve }, index) => resolve(outcomes[index]!));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    } finally {
      this.onTheirWay -= group.length;
      this.begin();
    }
  }
}
