import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import type { KnownPosition } from './expected-fires.js';

/** A schedule that did not run when it should have. */
export interface OverdueSchedule {
  readonly agent: string;
  readonly schedule: string;
  /** The first fire that is not decided. */
  readonly since: Date;
}

const POSITIONS = `
  SELECT agent_name, schedule_name, decided_until, has_ended, overdue_since FROM schedule_positions`;

/** Of several replicas one gets the rows back, and tells of them. */
const MARK = `
  INSERT INTO schedule_positions AS kept (agent_name, schedule_name, stored_at, overdue_since)
  SELECT agent, schedule, '-infinity', since
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS overdue (agent, schedule, since)
  ORDER BY agent, schedule
  ON CONFLICT (agent_name, schedule_name) DO UPDATE SET overdue_since = excluded.overdue_since
  WHERE kept.overdue_since IS NULL
    AND (kept.has_ended OR kept.decided_until IS NULL OR kept.decided_until < excluded.overdue_since)
  RETURNING agent_name, schedule_name`;

const CLEAR = `
  UPDATE schedule_positions AS kept SET overdue_since = NULL
  FROM unnest($1::text[], $2::text[]) AS fine (agent, schedule)
  WHERE agent_name = agent AND schedule_name = schedule AND overdue_since IS NOT NULL`;

/** Where it stands which schedules did not run when they should have, for whoever looks. */
@Injectable()
export class OverdueTable {
  constructor(private readonly database: DatabaseConnection) {}

  async positions(): Promise<KnownPosition[]> {
    return await this.database.dataSource.query<KnownPosition[]>(POSITIONS);
  }

  /** @returns keys of those that were not marked before, `<agent>.<schedule>` */
  async mark(overdue: readonly OverdueSchedule[]): Promise<Set<string>> {
    const rows = await this.database.dataSource.query<{ agent_name: string; schedule_name: string }[]>(MARK, [
      overdue.map(({ agent }) => agent),
      overdue.map(({ schedule }) => schedule),
      overdue.map(({ since }) => since.toISOString()),
    ]);
    return new Set(rows.map(({ agent_name, schedule_name }) => `${agent_name}.${schedule_name}`));
  }

  /** Of schedules that are gone or paused, nothing is expected any more. */
  async clear(positions: readonly KnownPosition[]): Promise<void> {
    await this.database.dataSource.query(CLEAR, [
      positions.map(({ agent_name }) => agent_name),
      positions.map(({ schedule_name }) => schedule_name),
    ]);
  }
}
