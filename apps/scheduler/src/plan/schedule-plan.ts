import { Injectable, Logger } from '@nestjs/common';
import { ContractViolation, type ScheduleDefinition } from '#contracts';
import type { BookedSchedule } from '#schedules';
import { Clock } from '../clock/clock.js';
import { type LedgerPosition, PlannedSchedule } from './planned-schedule.js';

/** Is told of an instant at which something comes due, in milliseconds since the epoch. */
export type DueListener = (dueMs: number) => void;

/** All schedules, and how far the ledger has them. */
@Injectable()
export class SchedulePlan {
  private readonly logger = new Logger(SchedulePlan.name);
  private readonly schedules = new Map<string, PlannedSchedule>();
  /** Also of schedules that are not, or not yet, defined. */
  private readonly positions = new Map<string, LedgerPosition>();
  private readonly newsListeners = new Map<string, () => void>();
  private listener: DueListener | undefined;
  private isComplete = false;

  constructor(private readonly clock: Clock) {}

  /** Schedules that will fire. */
  get size(): number {
    return [...this.schedules.values()].filter(({ isGone }) => !isGone).length;
  }

  /** Whether definitions and ledger have been read: before that nothing is due. */
  get isReady(): boolean {
    return this.isComplete;
  }

  /** Calls back whenever something may come due earlier than it was known. One listener at most. */
  onDue(listener: DueListener): void {
    this.listener = listener;
  }

  ready(): void {
    if (!this.isComplete) {
      this.isComplete = true;
      this.listener?.(this.clock.now());
    }
  }

  get(key: string): PlannedSchedule | undefined {
    return this.schedules.get(key);
  }

  /** A schedule is there, or is another one, or is gone. One whose cron expression can't be used is as good as gone. */
  set(key: string, booked: BookedSchedule | undefined): void {
    if (booked === undefined) {
      this.remove(key);
      return;
    }
    try {
      const schedule = this.schedules.get(key) ?? this.plan(key, booked.definition);
      schedule.redefine(booked.definition, this.clock.now());
      schedule.isPaused = booked.pause !== undefined;
      this.tell(schedule);
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.logger.error({ schedule: key, reason: error.message }, 'Schedule left out');
      this.remove(key);
    }
  }

  /** It goes once the ledger says so. */
  private remove(key: string): void {
    const schedule = this.schedules.get(key);
    if (schedule !== undefined) {
      schedule.retire(this.clock.now());
      this.dropEnded(schedule);
      this.tell(schedule);
    }
  }

  /** What the ledger says of a schedule. @returns whether this is news */
  take(key: string, position: LedgerPosition): boolean {
    const before = this.positions.get(key);
    if (before !== undefined && position.sequence <= before.sequence) {
      return false;
    }
    this.positions.set(key, position);
    this.newsListeners.get(key)?.();
    const schedule = this.schedules.get(key);
    if (schedule?.take(position) === true) {
      this.dropEnded(schedule);
      this.tell(schedule);
    }
    return true;
  }

  /**
   * Resolves once the ledger says more of a schedule than that, or after a while. One may wait for each.
   * @returns whether it does
   */
  async untilNews(key: string, afterSequence: number, timeoutMs: number): Promise<boolean> {
    const hasNews = (): boolean => (this.positions.get(key)?.sequence ?? 0) > afterSequence;
    if (!hasNews()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs).unref();
      this.newsListeners.set(key, resolve);
      await promise;
      this.newsListeners.delete(key);
      clearTimeout(timer);
    }
    return hasNews();
  }

  /** Another ledger begins: the stream was made anew. */
  forgetLedger(): void {
    this.positions.clear();
    this.schedules.forEach((schedule) => schedule.forget());
  }

  /** Schedules that owe a decision, those that owe it longest first. */
  owingAt(nowMs: number): PlannedSchedule[] {
    const owing = this.isComplete ? [...this.schedules.values()].filter(({ dueMs }) => dueMs <= nowMs) : [];
    return owing.toSorted((one, other) => (one.dueMs < other.dueMs ? -1 : 1));
  }

  /** Schedules with fires that wait for a run. */
  queueing(): PlannedSchedule[] {
    const waiting = [...this.schedules.values()].filter(
      ({ queued, isPaused }) => queued.length > 0 && !isPaused,
    );
    return this.isComplete ? waiting : [];
  }

  /** Schedules that fire after one instant and up to another. */
  dueBetween(afterMs: number, upToMs: number): PlannedSchedule[] {
    return [...this.schedules.values()].filter(({ dueMs }) => dueMs > afterMs && dueMs <= upToMs);
  }

  /** The earliest decision after `nowMs`; Infinity when none is planned. */
  nextAfter(nowMs: number): number {
    let nextMs = Infinity;
    for (const { dueMs } of this.schedules.values()) {
      if (dueMs > nowMs && dueMs < nextMs) {
        nextMs = dueMs;
      }
    }
    return nextMs;
  }

  private plan(key: string, definition: ScheduleDefinition): PlannedSchedule {
    const schedule = new PlannedSchedule(key, definition, this.clock.now());
    const position = this.positions.get(key);
    if (position !== undefined) {
      schedule.take(position);
    }
    this.schedules.set(key, schedule);
    return schedule;
  }

  private dropEnded(schedule: PlannedSchedule): void {
    if (schedule.isGone && !schedule.hasNewRule) {
      this.schedules.delete(schedule.key);
    }
  }

  private tell({ dueMs }: PlannedSchedule): void {
    if (this.isComplete) {
      this.listener?.(dueMs);
    }
  }
}
