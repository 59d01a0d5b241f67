import { Injectable, Logger } from '@nestjs/common';
import { ContractViolation, type LaterRun, parseLaterRun } from '#contracts';
import type { BucketEntry, BucketListener } from '#jetstream';
import { millisecondsOf } from '#schedules';

/** A run that begins at an instant to come. */
export interface PlannedLaterRun {
  readonly requestId: string;
  readonly run: LaterRun;
  /** Milliseconds since the epoch. */
  readonly dueMs: number;
  /** Of the bucket's entry. */
  readonly revision: number;
}

/** All runs that wait for their instant, as the bucket `LATER_RUNS` has them. */
@Injectable()
export class LaterRunPlan implements BucketListener {
  private readonly logger = new Logger(LaterRunPlan.name);
  private readonly runs = new Map<string, PlannedLaterRun>();
  private listener: ((dueMs: number) => void) | undefined;

  get size(): number {
    return this.runs.size;
  }

  /** Calls back with the instant of every run that is new. One listener at most. */
  onDue(listener: (dueMs: number) => void): void {
    this.listener = listener;
  }

  put({ key: requestId, value, revision }: BucketEntry): void {
    try {
      const run = parseLaterRun(value);
      const dueMs = millisecondsOf(run.run_at);
      this.runs.set(requestId, { requestId, run, dueMs, revision });
      this.listener?.(dueMs);
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.runs.delete(requestId);
      this.logger.error({ request_id: requestId, reason: error.message }, 'A later run is left out');
    }
  }

  remove(requestId: string): void {
    this.runs.delete(requestId);
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const requestId of this.runs.keys()) {
      if (!keys.has(requestId)) {
        this.runs.delete(requestId);
      }
    }
  }

  /** It is asked for. One that was stored anew since stays. */
  done({ requestId, revision }: PlannedLaterRun): void {
    if (this.runs.get(requestId)?.revision === revision) {
      this.runs.delete(requestId);
    }
  }

  /** Those whose instant has come, the longest ago first. */
  dueAt(nowMs: number): PlannedLaterRun[] {
    return [...this.runs.values()]
      .filter(({ dueMs }) => dueMs <= nowMs)
      .toSorted((one, other) => one.dueMs - other.dueMs);
  }

  /** The next instant after `nowMs`; Infinity when there is none. */
  nextAfter(nowMs: number): number {
    let nextMs = Infinity;
    for (const { dueMs } of this.runs.values()) {
      if (dueMs > nowMs && dueMs < nextMs) {
        nextMs = dueMs;
      }
    }
    return nextMs;
  }
}
