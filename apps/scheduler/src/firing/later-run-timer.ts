import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../clock/clock.js';
import { LaterRunPlan, type PlannedLaterRun } from '../plan/later-run-plan.js';
import { InstantTimer } from './instant-timer.js';
import { LaterRunStarter } from './later-run-starter.js';
import { PublishingPause } from './publishing-pause.js';

const TIMER = 'next-later-run';
/** Requests on their way to the broker at the same time; the others wait for their turn. */
const MAX_STARTING = 512;

/**
 * Wakes at the next instant at which a run is to begin. What could not be published or taken out is tried again once a
 * second.
 */
@Injectable()
export class LaterRunTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LaterRunTimer.name);
  private readonly timer: InstantTimer;
  private readonly starting = new Set<string>();
  /** Asked for, and still in the bucket. */
  private readonly published = new WeakSet<PlannedLaterRun>();
  private haveToWait = false;
  private stopped = false;

  constructor(
    private readonly plan: LaterRunPlan,
    private readonly starter: LaterRunStarter,
    private readonly pause: PublishingPause,
    private readonly clock: Clock,
    registry: SchedulerRegistry,
  ) {
    this.timer = new InstantTimer(TIMER, registry, clock, () => this.wake());
  }

  onApplicationBootstrap(): void {
    this.plan.onDue((dueMs) => this.timer.wakeBy(dueMs));
    this.pause.onEnd(() => this.wake());
    this.wake();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.timer.stop();
  }

  private wake(): void {
    this.timer.disarm();
    const nowMs = this.clock.now();
    this.haveToWait = false;
    for (const run of this.plan.dueAt(nowMs)) {
      if (this.pause.isOn) {
        break;
      }
      if (this.starting.size >= MAX_STARTING) {
        this.haveToWait = true;
        break;
      }
      if (!this.starting.has(run.requestId)) {
        void this.start(run);
      }
    }
    this.timer.sleep(this.plan.nextAfter(nowMs));
  }

  private async start(run: PlannedLaterRun): Promise<void> {
    this.starting.add(run.requestId);
    try {
      if (await this.publish(run)) {
        await this.starter.takeOut(run);
        this.plan.done(run);
      }
    } catch (error) {
      this.logger.warn(
        { err: error, request_id: run.requestId },
        'A run that is asked for is still in its bucket',
      );
    }
    this.starting.delete(run.requestId);
    if (this.haveToWait && this.starting.size <= MAX_STARTING / 2) {
      this.wake();
    }
  }

  /** @returns whether it is published, now or before */
  private async publish(run: PlannedLaterRun): Promise<boolean> {
    if (this.published.has(run)) {
      return true;
    }
    try {
      await this.starter.publish(run);
      this.pause.noteSuccess();
      this.published.add(run);
      return true;
    } catch (error) {
      if (!this.stopped) {
        this.pause.noteFailure(error, this.starting.size);
      }
      return false;
    }
  }
}
