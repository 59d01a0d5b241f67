import type { SchedulerRegistry } from '@nestjs/schedule';
import type { Clock } from '../clock/clock.js';

/** The clock can be set, and a machine can sleep: timers don't notice. */
const LONGEST_SLEEP_MS = 1_000;

/** Wakes somebody at an instant by the clock, and once a second before that. */
export class InstantTimer {
  private wakeAtMs = Infinity;
  private isStopped = false;

  /** @param name of the timer in the registry */
  constructor(
    private readonly name: string,
    private readonly registry: SchedulerRegistry,
    private readonly clock: Clock,
    private readonly wake: () => void,
  ) {}

  /** Wakes then, unless it does so sooner. @param instantMs milliseconds since the epoch */
  wakeBy(instantMs: number): void {
    if (instantMs < this.wakeAtMs) {
      this.sleep(instantMs);
    }
  }

  /** Wakes then, and at no other instant that was asked for before. */
  sleep(untilMs: number): void {
    if (this.isStopped) {
      return;
    }
    this.disarm();
    this.wakeAtMs = untilMs;
    const sleepMs = Math.min(Math.max(0, this.clock.msUntil(untilMs)), LONGEST_SLEEP_MS);
    this.registry.addTimeout(
      this.name,
      setTimeout(() => this.wake(), sleepMs),
    );
  }

  disarm(): void {
    this.wakeAtMs = Infinity;
    if (this.registry.doesExist('timeout', this.name)) {
      this.registry.deleteTimeout(this.name);
    }
  }

  /** It wakes nobody any more. */
  stop(): void {
    this.isStopped = true;
    this.disarm();
  }
}
