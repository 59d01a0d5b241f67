import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JetStreamConnection } from '#jetstream';
import { Clock } from '../clock/clock.js';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { FirePublisher } from './fire-publisher.js';
import { PublishingPause } from './publishing-pause.js';

/** Requests on their way to the broker at the same time; the others wait for their turn. */
const MAX_PUBLISHING = 256;
/** Fires that could not be published for so long are given up, if the schedule owes a newer one. */
const OWED_FOR_MS = 24 * 3_600_000;

/**
 * Publishes what schedules owe: the fires of one schedule one after the other, oldest first, those of different
 * schedules side by side. What fails is owed still, and tried again until the broker has it.
 */
@Injectable()
export class FireDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FireDispatcher.name);
  private readonly waiting = new Set<PlannedSchedule>();
  private readonly publishing = new Set<PlannedSchedule>();
  private stopped = false;

  constructor(
    private readonly plan: SchedulePlan,
    private readonly publisher: FirePublisher,
    private readonly pause: PublishingPause,
    private readonly connection: JetStreamConnection,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.connection.onReconnect(() => this.resume());
    void this.connection.connected().then(() => this.resume());
  }

  /** What is on its way is left to the connection, which sends it before it closes. Nothing new begins. */
  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Takes schedules that owe a fire. Those that it has already are no harm. */
  dispatch(schedules: readonly PlannedSchedule[]): void {
    for (const schedule of schedules) {
      if (!this.publishing.has(schedule)) {
        this.waiting.add(schedule);
      }
    }
    this.publishWaiting();
  }

  private resume(): void {
    this.pause.cutShort();
    this.publishWaiting();
  }

  private publishWaiting(): void {
    for (const schedule of this.waiting) {
      if (this.stopped || this.pause.isOn || this.publishing.size >= MAX_PUBLISHING) {
        return;
      }
      this.waiting.delete(schedule);
      void this.publishOldest(schedule);
    }
  }

  private async publishOldest(schedule: PlannedSchedule): Promise<void> {
    this.publishing.add(schedule);
    this.giveUpOld(schedule);
    try {
      await this.publisher.publish(schedule);
      this.noteSuccess();
      this.plan.advance(schedule);
    } catch (error) {
      this.noteFailure(error);
    }
    this.publishing.delete(schedule);
    if (schedule.owesAt(this.clock.now())) {
      this.waiting.add(schedule);
    }
    this.publishWaiting();
  }

  private giveUpOld(schedule: PlannedSchedule): void {
    const nowMs = this.clock.now();
    const { agent, name, dueMs } = schedule;
    if (schedule.giveUpBefore(nowMs - OWED_FOR_MS, nowMs)) {
      const [from, until] = [dueMs, schedule.dueMs].map((instantMs) => new Date(instantMs).toISOString());
      this.logger.error({ agent, schedule: name, from, until }, 'Fires given up after a day');
    }
  }

  private noteSuccess(): void {
    if (this.pause.isTroubled) {
      this.pause.reset();
      this.logger.log({ schedules: this.waiting.size }, 'Fires are published again');
    }
  }

  /** Of many that fail together, the first one begins the pause. */
  private noteFailure(error: unknown): void {
    if (!this.pause.isOn && !this.stopped) {
      const pauseMs = this.pause.begin(() => this.publishWaiting());
      const schedules = this.waiting.size + this.publishing.size;
      this.logger.warn({ schedules, pauseMs, err: error }, 'Fires can not be published, they wait');
    }
  }
}
