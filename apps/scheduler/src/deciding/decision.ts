import { fireRequestId, type LedgerFire, type ScheduleDefinition } from '#contracts';
import type { RunState } from './run-state.js';

const SECOND_MS = 1_000;
/** A fire that is decided within this time is on time: what is shorter than this is no outage. */
export const ON_TIME_MS = 10_000;

/** What a decision goes by. */
export interface Situation {
  readonly definition: ScheduleDefinition;
  readonly isPaused: boolean;
  readonly nowMs: number;
  /** Of the last fire; `over` when there was none. */
  readonly runBefore: RunState;
  readonly lastRequestId: string | undefined;
  readonly lastFiredAt: string | undefined;
}

/** What becomes of the fires of one schedule that are due together, one after the other. */
export class Decision {
  readonly fires: LedgerFire[] = [];
  readonly queue: string[];
  lastRequestId: string | undefined;
  lastFiredAt: string | undefined;
  private isBusy: boolean;

  constructor(
    private readonly situation: Situation,
    queued: readonly string[],
  ) {
    this.queue = [...queued];
    this.isBusy = situation.runBefore === 'open';
    this.lastRequestId = situation.lastRequestId;
    this.lastFiredAt = situation.lastFiredAt;
  }

  /** Lets what waits go, as far as the run before is over. */
  releaseQueued(): void {
    const count = this.situation.definition.overlap === 'allow' ? this.queue.length : 1;
    if (this.isBusy && count === 1) {
      return;
    }
    for (const instant of this.queue.splice(0, count)) {
      this.fire(Date.parse(instant), 'it waited for the run before');
      this.isBusy = true;
    }
  }

  /** The schedule is no more: what waits will never run. */
  dropQueued(): void {
    for (const scheduled_for of this.queue.splice(0)) {
      this.fires.push({ scheduled_for, outcome: 'skipped', reason: 'the schedule is gone' });
    }
  }

  /** Nobody was there for this fire, or the schedule is paused. */
  leaveOut(instantMs: number, outcome: 'missed' | 'paused', reason?: string): void {
    this.fires.push({ scheduled_for: iso(instantMs), outcome, ...(reason !== undefined && { reason }) });
  }

  /** A fire that is to run, if the run before lets it. */
  meet(instantMs: number): void {
    const { definition, nowMs, lastRequestId } = this.situation;
    const lateMs = nowMs - instantMs;
    const late = lateMs > ON_TIME_MS ? `made up for, ${Math.round(lateMs / SECOND_MS)} s late` : undefined;
    if (definition.overlap === 'allow' || !this.mustWait()) {
      this.fire(instantMs, late);
      // Those that are made up for together were not to overlap with what ran before, and that is over.
      this.isBusy ||= definition.overlap === 'queue' || late === undefined;
      return;
    }
    if (definition.overlap === 'queue' && this.queue.length < definition.queue_max) {
      this.queue.push(iso(instantMs));
      this.fires.push({ scheduled_for: iso(instantMs), outcome: 'queued', reason: 'the run before goes on' });
      return;
    }
    const run = this.lastRequestId ?? lastRequestId;
    const reason = definition.overlap === 'queue' ? 'as many wait as may' : `run ${run} goes on`;
    this.fires.push({ scheduled_for: iso(instantMs), outcome: 'skipped', reason });
  }

  private mustWait(): boolean {
    return this.isBusy || this.queue.length > 0;
  }

  private fire(instantMs: number, reason?: string): void {
    const { definition, runBefore, nowMs } = this.situation;
    const { agent, name, overlap } = definition;
    const requestId = fireRequestId(agent, name, new Date(instantMs));
    const isBlind = runBefore === 'unknown' && overlap !== 'allow';
    const doubt = isBlind ? 'nobody could say whether the run before is over' : undefined;
    const reasons = [reason, doubt].filter((each) => each !== undefined).join('; ');
    const why = reasons === '' ? {} : { reason: reasons };
    this.fires.push({ scheduled_for: iso(instantMs), outcome: 'fired', ...why, request_id: requestId });
    this.lastRequestId = requestId;
    this.lastFiredAt = iso(nowMs);
  }
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
