import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../clock/clock.js';
import { RunBefore } from '../deciding/run-before.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { FireDispatcher } from './fire-dispatcher.js';

const TIMER = 'next-fire';
/** The wall clock can be set, and a machine can sleep: timers don't notice. Runs that are waited for end, too. */
const LONGEST_SLEEP_MS = 1_000;
/** How long before a fire it is asked whether the run before is over. */
const AHEAD_MS = 2_000;

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
    private readonly runBefore: RunBefore,
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
    const { plan } = this;
    this.dispatcher.dispatch([...plan.owingAt(nowMs), ...plan.queueing()]);
    this.runBefore.ahead(plan.dueBetween(nowMs, nowMs + AHEAD_MS));
    this.sleep(plan.nextAfter(nowMs));
  }

  private wakeBy(instantMs: number): void {
    if (instantMs < this.wakeAtMs) {
      this.sleep(instantMs);
    }
  }

  private sleep(untilMs: number): void {
    if (this.stopped) {
      return;
    }
    this.disarm();
    this.wakeAtMs = untilMs;
    const sleepMs = Math.min(Math.max(0, this.clock.msUntil(untilMs)), LONGEST_SLEEP_MS);
    this.registry.addTimeout(
      TIMER,
      setTimeout(() => this.wake(), sleepMs),
    );
  }

  private disarm(): void {
    this.wakeAtMs = Infinity;
    if (this.registry.doesExist('timeout', TIMER)) {
      this.registry.deleteTimeout(TIMER);
    }
  }
}
