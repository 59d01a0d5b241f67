import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JetStreamConnection, PublishRefusedException } from '#jetstream';
import { PublishingPause } from './publishing-pause.js';
import { ScheduleDecider } from '../ledger/schedule-decider.js';
import { RequestRelay } from '../ledger/request-relay.js';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { SchedulePlan } from '../plan/schedule-plan.js';

/** Decisions on their way to the broker at the same time; the others wait for their turn. */
const MAX_DECIDING = 1_024;

/**
 * Has decided what schedules owe: of one schedule one decision after the other, each after the requests of the one
 * before are published, those of different schedules side by side. What fails is owed still, and tried again.
 */
@Injectable()
export class FireDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FireDispatcher.name);
  private readonly waiting = new Set<PlannedSchedule>();
  private readonly deciding = new Set<PlannedSchedule>();
  private stopped = false;

  constructor(
    private readonly plan: SchedulePlan,
    private readonly decider: ScheduleDecider,
    private readonly relay: RequestRelay,
    private readonly pause: PublishingPause,
    private readonly connection: JetStreamConnection,
  ) {}

  onApplicationBootstrap(): void {
    this.pause.onEnd(() => this.decideWaiting());
    this.relay.onClear((key) => this.dispatchIfOwing(this.plan.get(key)));
    this.connection.onReconnect(() => this.pause.cutShort());
    void this.connection.connected().then(() => this.pause.cutShort());
  }

  /** What is on its way is left to the connection, which sends it before it closes. Nothing new begins. */
  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Takes schedules that owe a decision. Those that it has already are no harm. */
  dispatch(schedules: readonly PlannedSchedule[]): void {
    for (const schedule of schedules) {
      if (!this.deciding.has(schedule) && this.relay.isClear(schedule.key)) {
        this.waiting.add(schedule);
      }
    }
    this.decideWaiting();
  }

  private decideWaiting(): void {
    for (const schedule of this.waiting) {
      if (this.stopped || this.pause.isOn || this.deciding.size >= MAX_DECIDING) {
        return;
      }
      this.waiting.delete(schedule);
      void this.decide(schedule);
    }
  }

  private async decide(schedule: PlannedSchedule): Promise<void> {
    this.deciding.add(schedule);
    try {
      await this.decider.decide(schedule);
    } catch (error) {
      this.noteFailure(schedule, error);
    }
    this.deciding.delete(schedule);
    this.dispatchIfOwing(schedule);
    this.decideWaiting();
  }

  private dispatchIfOwing(schedule: PlannedSchedule | undefined): void {
    if (schedule !== undefined && this.decider.owes(schedule)) {
      this.dispatch([schedule]);
    }
  }

  private noteFailure(schedule: PlannedSchedule, error: unknown): void {
    if (this.stopped) {
      return;
    }
    if (error instanceof PublishRefusedException) {
      this.logger.error({ schedule: schedule.key, err: error }, 'A decision is refused by the broker');
    }
    this.pause.noteFailure(error, this.waiting.size + this.deciding.size);
  }
}
