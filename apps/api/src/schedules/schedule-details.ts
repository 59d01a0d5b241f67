import type { ScheduleDefinition } from '#contracts';
import type { BookedSchedule } from '#schedules';
import { Injectable } from '@nestjs/common';
import { pageByKey } from '../http/page.js';
import { LastFires, type ScheduleRecord } from './last-fires.js';
import { nextFire } from './schedule-list.js';
import type { ScheduleQuery } from './schedule-requests.js';
import type { ScheduleDetail, SchedulePage, ScheduleState, ScheduleView } from './schedule-view.js';
import { ScheduleWatch } from './schedule-watch.js';

interface Found {
  readonly key: string;
  readonly booked: BookedSchedule;
  readonly state: ScheduleState;
  readonly nextFire: string | null;
}

/** Shows schedules: from the buckets what they are, from Postgres what became of them. */
@Injectable()
export class ScheduleDetails {
  constructor(
    private readonly schedules: ScheduleWatch,
    private readonly records: LastFires,
  ) {}

  /** In the order of agent and name. @throws BrokerUnavailableException */
  async list({ agent, state, limit, cursor }: ScheduleQuery): Promise<SchedulePage> {
    const nowMs = Date.now();
    const found = [...this.schedules.all()]
      .filter(([, { definition }]) => agent === undefined || definition.agent === agent)
      .map(([key, booked]) => foundOf(key, booked, nowMs))
      .filter((each) => state === undefined || each.state === state);
    const { items, next_cursor } = pageByKey(found, { limit, cursor }, ({ key }) => key);
    const records = await this.records.of(items.map(({ key }) => key));
    return {
      items: items.map((each) => viewOf(each, records?.get(each.key))),
      next_cursor,
      unavailable: records === undefined ? ['postgres'] : [],
    };
  }

  /** @throws NotFoundException, BrokerUnavailableException */
  async detailOf(key: string): Promise<ScheduleDetail> {
    return await this.detail(key, await this.schedules.get(key));
  }

  /** Of one that has just been stored. */
  async detailOfStored(key: string, definition: ScheduleDefinition): Promise<ScheduleDetail> {
    const pause = this.schedules.find(key)?.pause;
    return await this.detail(key, { definition, source: 'stored', pause });
  }

  private async detail(key: string, booked: BookedSchedule): Promise<ScheduleDetail> {
    const records = await this.records.of([key]);
    const view = viewOf(foundOf(key, booked, Date.now()), records?.get(key));
    return { ...view, unavailable: records === undefined ? ['postgres'] : [] };
  }
}

function foundOf(key: string, booked: BookedSchedule, nowMs: number): Found {
  const next = nextFire(booked.definition, nowMs);
  if (next === null) {
    return { key, booked, state: 'ended', nextFire: next };
  }
  return { key, booked, state: booked.pause === undefined ? 'active' : 'paused', nextFire: next };
}

function viewOf(
  { booked, state, nextFire: next_fire }: Found,
  record: ScheduleRecord | undefined,
): ScheduleView {
  const { definition, source, pause } = booked;
  const { agent, name, cron, every_ms, from, at, time_zone, input, made_by } = definition;
  return {
    agent,
    name,
    source,
    state,
    cron: cron ?? null,
    every_ms: every_ms ?? null,
    from: from ?? null,
    at: at ?? null,
    time_zone,
    input: input ?? null,
    missed_fires: definition.missed_fires,
    missed_window_ms: definition.missed_window_ms,
    missed_max: definition.missed_max,
    overlap: definition.overlap,
    queue_max: definition.queue_max,
    made_by: made_by ?? null,
    pause:
      pause === undefined
        ? null
        : { at: pause.at ?? null, by: pause.by ?? null, reason: pause.reason ?? null },
    next_fire,
    last_fire: record?.lastFire ?? null,
    decided_until: record?.decidedUntil ?? null,
    overdue_since: record?.overdueSince ?? null,
  };
}
