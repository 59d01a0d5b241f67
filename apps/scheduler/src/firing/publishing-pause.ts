import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
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
  private readonly logger = new Logger(PublishingPause.name);
  private readonly listeners: (() => void)[] = [];
  private pauseMs = 0;
  private paused = false;
  private stopped = false;

  constructor(private readonly registry: SchedulerRegistry) {}

  get isOn(): boolean {
    return this.paused;
  }

  /** Calls back whenever it may be tried again. */
  onEnd(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Something could not be published: begins a pause, each twice as long as the one before, up to 5 s, until something
   * is published. Of many that fail together, the first one begins it.
   * @param waiting how much waits, for people
   */
  noteFailure(error: unknown, waiting: number): void {
    if (this.paused || this.stopped) {
      return;
    }
    this.pauseMs = Math.min(Math.max(this.pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    this.paused = true;
    this.registry.addTimeout(
      TIMER,
      setTimeout(() => this.endAndTell(), this.pauseMs),
    );
    this.logger.warn({ waiting, pauseMs: this.pauseMs, err: error }, 'Fires can not be published, they wait');
  }

  /** Publishing works again. */
  noteSuccess(): void {
    if (this.pauseMs > 0) {
      this.pauseMs = 0;
      this.logger.log('Fires are published again');
      if (this.paused) {
        this.endAndTell();
      }
    }
  }

  /** Publishing may work again: ends the pause now, and the next one is short. */
  cutShort(): void {
    if (this.paused) {
      this.pauseMs = FIRST_PAUSE_MS;
      this.endAndTell();
    }
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.end();
  }

  private endAndTell(): void {
    this.end();
    this.listeners.forEach((listener) => listener());
  }

  private end(): void {
    this.paused = false;
    if (this.registry.doesExist('timeout', TIMER)) {
      this.registry.deleteTimeout(TIMER);
    }
  }
}
