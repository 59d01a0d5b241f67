import { Injectable, Logger } from '@nestjs/common';
import type { ScheduleDeclaration } from '#contracts';
import { Clock } from '../clock/clock.js';
import { CronInstants } from './cron-instants.js';
import { PlannedSchedule } from './planned-schedule.js';

/** Is told of an instant at which a fire comes due, in milliseconds since the epoch. */
export type DueListener = (dueMs: number) => void;

/** All schedules of all agents. A schedule fires from when it is added; one that did not change goes on as it was. */
@Injectable()
export class SchedulePlan {
  private readonly logger = new Logger(SchedulePlan.name);
  private readonly agents = new Map<string, Map<string, PlannedSchedule>>();
  /** Schedules that are no more, but owe fires from before. */
  private readonly retired = new Set<PlannedSchedule>();
  private listener: DueListener | undefined;

  constructor(private readonly clock: Clock) {}

  get agentNames(): string[] {
    return [...this.agents.keys()];
  }

  /** Schedules that will fire. */
  get size(): number {
    return [...this.agents.values()].reduce((sum, schedules) => sum + schedules.size, 0);
  }

  /** Calls back whenever the plan gets a fire that may be earlier than those it had. One listener at most. */
  onDue(listener: DueListener): void {
    this.listener = listener;
  }

  /** These are now the schedules of an agent. One whose cron can't be used is logged and left out. */
  set(agent: string, declarations: readonly ScheduleDeclaration[]): void {
    const before = this.agents.get(agent) ?? new Map<string, PlannedSchedule>();
    const after = new Map<string, PlannedSchedule>();
    for (const declaration of declarations) {
      const schedule = this.keptOrNew(agent, declaration, before.get(declaration.name));
      if (schedule !== undefined) {
        after.set(declaration.name, schedule);
      }
    }
    this.agents.set(agent, after);
    const kept = new Set(after.values());
    this.retire([...before.values()].filter((schedule) => !kept.has(schedule)));
    for (const { dueMs } of kept) {
      this.listener?.(dueMs);
    }
  }

  /** The agent has no schedules any more. What they owe already is still published. */
  remove(agent: string): void {
    this.retire([...(this.agents.get(agent)?.values() ?? [])]);
    this.agents.delete(agent);
  }

  /** The fire of a schedule that was due is done. */
  advance(schedule: PlannedSchedule): void {
    schedule.advance();
    if (schedule.owesAt(this.clock.now())) {
      return;
    }
    if (!this.retired.delete(schedule)) {
      this.listener?.(schedule.dueMs);
    }
  }

  /** Schedules that owe a fire, whoever is already publishing it, those that owe it longest first. */
  owingAt(nowMs: number): PlannedSchedule[] {
    return [...this.all()]
      .filter((schedule) => schedule.owesAt(nowMs))
      .toSorted((one, other) => one.dueMs - other.dueMs);
  }

  /** The earliest fire after `nowMs`; Infinity when none is planned. */
  nextAfter(nowMs: number): number {
    let nextMs = Infinity;
    for (const { dueMs } of this.all()) {
      if (dueMs > nowMs && dueMs < nextMs) {
        nextMs = dueMs;
      }
    }
    return nextMs;
  }

  private keptOrNew(
    agent: string,
    { name, cron, timeZone, input }: ScheduleDeclaration,
    before: PlannedSchedule | undefined,
  ): PlannedSchedule | undefined {
    if (before !== undefined && before.instants.cron === cron && before.instants.timeZone === timeZone) {
      before.input = input;
      return before;
    }
    try {
      return new PlannedSchedule(agent, name, new CronInstants(cron, timeZone), input, this.clock.now());
    } catch (error) {
      const [reason] = String(error).split('\n');
      this.logger.error({ agent, schedule: name, cron, timeZone, reason }, 'Schedule left out');
      return undefined;
    }
  }

  private retire(schedules: readonly PlannedSchedule[]): void {
    const nowMs = this.clock.now();
    for (const schedule of schedules) {
      schedule.retire(nowMs);
      if (schedule.owesAt(nowMs)) {
        this.retired.add(schedule);
        this.listener?.(schedule.dueMs);
      }
    }
  }

  private *all(): Generator<PlannedSchedule> {
    for (const schedules of this.agents.values()) {
      yield* schedules.values();
    }
    yield* this.retired;
  }
}
