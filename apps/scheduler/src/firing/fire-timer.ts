import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../clock/clock.js';
import { RunBefore } from '../deciding/run-before.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { FireDispatcher } from './fire-dispatcher.js';
import { InstantTimer } from './instant-timer.js';

const TIMER = 'next-fire';
/** How long before a fire it is asked whether the run before is over. */
const AHEAD_MS = 2_000;

/**
 * Wakes at the next fire of the plan. What is due is read from the wall clock then, however late it is. Once a second it
 * looks whether runs that are waited for have ended.
 */
@Injectable()
export class FireTimer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly timer: InstantTimer;

  constructor(
    private readonly plan: SchedulePlan,
    private readonly dispatcher: FireDispatcher,
    registry: SchedulerRegistry,
    private readonly clock: Clock,
    private readonly runBefore: RunBefore,
  ) {
    this.timer = new InstantTimer(TIMER, registry, clock, () => this.wake());
  }

  onApplicationBootstrap(): void {
    this.plan.onDue((dueMs) => this.timer.wakeBy(dueMs));
    this.wake();
  }

  onModuleDestroy(): void {
    this.timer.stop();
  }

  private wake(): void {
    this.timer.disarm();
    const nowMs = this.clock.now();
    const { plan } = this;
    this.dispatcher.dispatch([...plan.owingAt(nowMs), ...plan.queueing()]);
    this.runBefore.ahead(plan.dueBetween(nowMs, nowMs + AHEAD_MS));
    this.timer.sleep(plan.nextAfter(nowMs));
  }
}
