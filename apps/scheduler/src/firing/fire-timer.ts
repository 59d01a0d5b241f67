import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../clock/clock.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { FireDispatcher } from './fire-dispatcher.js';

const TIMER = 'next-fire';
/** The wall clock can be set, and a machine can sleep: timers don't notice. */
const LONGEST_SLEEP_MS = 15_000;

/** Wakes at the next fire of the plan. What is due is read from the wall clock then, however late it is. */
@Injectable()
export class FireTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private wakeAtMs = Infinity;
  private stopped = false;

  constructor(
    private readonly plan: SchedulePlan,
    private readonly dispatcher: FireDispatcher,
    private readonly registry: SchedulerRegistry,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.plan.onDue((dueMs) => this.wakeBy(dueMs));
    this.wake();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.disarm();
  }

  private wake(): void {
    this.disarm();
    const nowMs = this.clock.now();
    this.wakeBy(Math.min(this.plan.nextAfter(nowMs), nowMs + LONGEST_SLEEP_MS));
    this.dispatcher.dispatch(this.plan.owingAt(nowMs));
  }

  private wakeBy(instantMs: number): void {
    if (this.stopped || instantMs >= this.wakeAtMs) {
      return;
    }
    this.disarm();
    this.wakeAtMs = instantMs;
    const timer = setTimeout(() => this.wake(), Math.max(0, instantMs - this.clock.now()));
    this.registry.addTimeout(TIMER, timer);
  }

  private disarm(): void {
    this.wakeAtMs = Infinity;
    if (this.registry.doesExist('timeout', TIMER)) {
      this.registry.deleteTimeout(TIMER);
    }
  }
}
