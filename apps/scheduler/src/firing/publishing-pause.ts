import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';

const TIMER = 'publishing-pause';
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * While the broker is away or its stream is full, nothing is published. One pause for all schedules: the reason is the
 * same for all, and thousands that try by themselves would be a load of their own.
 */
@Injectable()
export class PublishingPause implements OnModuleDestroy {
  private pauseMs = 0;
  private paused = false;
  private stopped = false;

  constructor(private readonly registry: SchedulerRegistry) {}

  get isOn(): boolean {
    return this.paused;
  }

  /** Whether the last attempt to publish failed. */
  get isTroubled(): boolean {
    return this.pauseMs > 0;
  }

  /**
   * Begins a pause, each twice as long as the one before, up to 5 s, until `reset`.
   * @param onEnd is called when it is over, unless the app stops before
   * @returns its length in milliseconds
   */
  begin(onEnd: () => void): number {
    this.pauseMs = Math.min(Math.max(this.pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    this.end();
    if (!this.stopped) {
      this.paused = true;
      const timer = setTimeout(() => {
        this.end();
        onEnd();
      }, this.pauseMs);
      this.registry.addTimeout(TIMER, timer);
    }
    return this.pauseMs;
  }

  /** Publishing may work again: ends the pause now, and the next one is short. */
  cutShort(): void {
    if (this.paused) {
      this.pauseMs = FIRST_PAUSE_MS;
      this.end();
    }
  }

  /** Publishing works again. */
  reset(): void {
    this.pauseMs = 0;
    this.end();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.end();
  }

  private end(): void {
    this.paused = false;
    if (this.registry.doesExist('timeout', TIMER)) {
      this.registry.deleteTimeout(TIMER);
    }
  }
}
