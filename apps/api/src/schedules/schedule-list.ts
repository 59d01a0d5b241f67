import { type ListedSchedule, ListSchedules, type ListSchedulesAnswer, ScheduleDefinition } from '#contracts';
import { type BookedSchedule, instantsOf, millisecondsOf } from '#schedules';
import { Injectable } from '@nestjs/common';
import { type SchedulePosition, SchedulePositions } from './schedule-positions.js';
import { ScheduleWatch } from './schedule-watch.js';

/** Lists schedules, from the buckets; what Postgres knows of them is added if it can be read. */
@Injectable()
export class ScheduleList {
  constructor(
    private readonly schedules: ScheduleWatch,
    private readonly positions: SchedulePositions,
  ) {}

  /** @throws BrokerUnavailableException */
  async list({ agent, cursor = '', limit }: ListSchedules): Promise<ListSchedulesAnswer> {
    const found = [...this.schedules.all()].filter(
      ([key, { definition }]) => key > cursor && (agent === undefined || definition.agent === agent),
    );
    const page = found.slice(0, limit);
    const positions = await this.positions.of(page.map(([key]) => key));
    const nowMs = Date.now();
    return {
      schedules: page.map(([key, booked]) => listed(booked, positions.get(key), nowMs)),
      next_cursor: found.length > limit ? (page.at(-1)?.[0] ?? null) : null,
    };
  }
}

function listed(
  { definition, source, pause }: BookedSchedule,
  position: SchedulePosition | undefined,
  nowMs: number,
): ListedSchedule {
  return Object.assign(new ScheduleDefinition(), definition, {
    source,
    paused: pause === undefined ? null : { ...pause, at: pause.at ?? null },
    next_fire: nextFire(definition, nowMs),
    decided_until: position?.decided_until?.toISOString() ?? null,
    overdue_since: position?.overdue_since?.toISOString() ?? null,
  });
}

/** ISO 8601; null when it will not fire, because its time is over or its cron expression can't be used. */
export function nextFire(definition: BookedSchedule['definition'], nowMs: number): string | null {
  try {
    const sinceMs = definition.timed_since === undefined ? nowMs : millisecondsOf(definition.timed_since);
    const nextMs = instantsOf(definition).next(Math.max(nowMs, sinceMs));
    return nextMs === Infinity ? null : new Date(nextMs).toISOString();
  } catch {
    return null;
  }
}
