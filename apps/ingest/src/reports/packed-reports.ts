import { setTimeout as pause } from 'node:timers/promises';
import { MAX_PACKED_EVENTS, type RunReported } from '#contracts';
import { Injectable } from '@nestjs/common';
import { ReportKeeper } from './report-keeper.js';
import type { ReportOutcome } from './report-outcome.js';

/** Longest time from the arrival of a report that the broker gets. */
const KEEP_MS = 2_000;
/** What a broker gets that has used up that time for those before. */
const LEAST_MS = 100;
/** Longest time that reports are held back, to become a larger group, because the one before is being committed. */
const LONGEST_HOLD_MS = 20;

interface Waiting {
  readonly event: RunReported;
  readonly arrivedAtMs: number;
  readonly resolve: (outcome: ReportOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes reports without a key in groups: those that arrive while a group is being published make the next one. Of a
 * group that is published one commit follows while the next is published. A lone report waits for nobody.
 */
@Injectable()
export class PackedReports {
  private waiting: Waiting[] = [];
  private isPublishing = false;
  private committing = 0;
  private committed = Promise.withResolvers<void>();

  constructor(private readonly keeper: ReportKeeper) {}

  async take(event: RunReported): Promise<ReportOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ReportOutcome>();
    this.waiting.push({ event, arrivedAtMs: performance.now(), resolve, reject });
    if (!this.isPublishing) {
      void this.publishAll();
    }
    return await promise;
  }

  private async publishAll(): Promise<void> {
    this.isPublishing = true;
    while (this.waiting.length > 0) {
      if (this.committing > 0) {
        await Promise.race([this.committed.promise, pause(LONGEST_HOLD_MS)]);
      }
      await this.publish(this.waiting.splice(0, MAX_PACKED_EVENTS));
    }
    this.isPublishing = false;
  }

  /** Never rejects: those who wait are told. */
  private async publish(group: readonly Waiting[]): Promise<void> {
    const waitedMs = performance.now() - (group[0]?.arrivedAtMs ?? 0);
    const reports = group.map(({ event }) => ({ event, isKeyed: false }));
    try {
      const kept = await this.keeper.keep(reports, Math.max(LEAST_MS, KEEP_MS - waitedMs));
      void this.commit(group, kept);
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    }
  }

  private async commit(
    group: readonly Waiting[],
    kept: Awaited<ReturnType<ReportKeeper['keep']>>,
  ): Promise<void> {
    this.committing += 1;
    try {
      const outcomes = await this.keeper.commit(kept);
      group.forEach(({ resolve }, index) => resolve(outcomes[index]!));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    } finally {
      this.committing -= 1;
      this.committed.resolve();
      this.committed = Promise.withResolvers();
    }
  }
}
