import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { decide } from '../deciding/decide.js';
import { RunBefore } from '../deciding/run-before.js';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { LedgerWriter } from './ledger-writer.js';
import { RequestRelay } from './request-relay.js';

/** What was decided comes back with the ledger; when it does not in this time, it is asked for. */
const NEWS_MS = 2_000;

/** Brings the ledger to what a schedule owes, whoever does it in the end. */
@Injectable()
export class ScheduleDecider {
  constructor(
    private readonly plan: SchedulePlan,
    private readonly runBefore: RunBefore,
    private readonly ledger: LedgerWriter,
    private readonly relay: RequestRelay,
    private readonly clock: Clock,
  ) {}

  owes({ dueMs }: PlannedSchedule): boolean {
    return this.plan.isReady && dueMs <= this.clock.now();
  }

  /**
   * Decides once. Resolves when the ledger has a new entry of the schedule, this one or another's, or needs none.
   * @throws BrokerUnavailableException, StreamFullException when it must be tried again
   */
  async decide(schedule: PlannedSchedule): Promise<void> {
    const position = schedule.position;
    const runBefore = await this.runBefore.of(schedule);
    if (schedule.position !== position) {
      return; // somebody else was faster
    }
    const decided = decide(schedule, this.clock.now(), runBefore);
    if (decided === undefined) {
      return;
    }
    const after = position?.sequence ?? 0;
    await this.ledger.append(decided, after);
    if (!(await this.plan.untilNews(schedule.key, after, NEWS_MS))) {
      await this.readLast(schedule);
    }
  }

  private async readLast({ key, definition }: PlannedSchedule): Promise<void> {
    const last = await this.ledger.last(definition.agent, definition.name);
    if (last !== undefined) {
      this.relay.follow(key, last.position, last.storedAtMs, definition);
      this.plan.take(key, last.position);
    }
  }
}
