import { ContractViolation, type FireOutcome, utcTimestamp } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { type Page, pageOf } from '../http/page.js';
import type { FiresOfScheduleQuery } from './fire-query.js';
import type { FireView } from './fire-view.js';

/** Whose fires. */
export interface FireOwner {
  readonly agent?: string | undefined;
  readonly schedule?: string | undefined;
}

interface Row {
  readonly agent: string;
  readonly schedule: string;
  readonly scheduled_for: Date;
  readonly fires: number;
  readonly scheduled_until: Date | null;
  readonly outcome: FireOutcome;
  readonly reason: string | null;
  readonly decided_at: Date;
  readonly request_id: string | null;
  readonly run_id: string | null;
  readonly run_status: FireView['run_status'];
}

/** The key of the table, the instant first. */
const ORDER = ['scheduled_for', 'agent_name', 'schedule_name', 'fires'];

/** Reads the ledger of schedules, as ingest keeps it. */
@Injectable()
export class FireTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** The latest instants first. @throws ContractViolation for a wrong cursor, or what Postgres throws when it is away */
  async list({ agent, schedule }: FireOwner, query: FiresOfScheduleQuery): Promise<Page<FireView>> {
    const { limit, cursor, outcome, from, to } = query;
    const values: unknown[] = [];
    const placed = (value: unknown): string => `$${values.push(value)}`;
    // Only what is asked for: with `$1 IS NULL OR` no plan would use the indexes.
    const conditions = [
      ...(agent === undefined ? [] : [`agent_name = ${placed(agent)}`]),
      ...(schedule === undefined ? [] : [`schedule_name = ${placed(schedule)}`]),
      ...(outcome === undefined ? [] : [`outcome = ${placed(outcome)}`]),
      ...(from === undefined ? [] : [`scheduled_for >= ${placed(utcTimestamp(from))}`]),
      ...(to === undefined ? [] : [`scheduled_for < ${placed(utcTimestamp(to))}`]),
      ...(cursor === undefined
        ? []
        : [`(${ORDER.join(', ')}) < (${placeOf(cursor).map(placed).join(', ')})`]),
    ];
    const sql = selectFires(conditions, placed(limit + 1));
    const rows = await fromPostgres(async () => await this.database.dataSource.query<Row[]>(sql, values));
    return pageOf(rows.map(viewOf), limit, (last) => [
      last.scheduled_for,
      last.agent,
      last.schedule,
      last.fires,
    ]);
  }
}

function selectFires(conditions: readonly string[], limit: string): string {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `
    SELECT fire.agent_name AS agent, fire.schedule_name AS schedule, fire.scheduled_for, fires, scheduled_until,
      outcome, reason, decided_at, fire.request_id, run.id AS run_id, run.status AS run_status
    FROM (SELECT * FROM schedule_fires ${where} ORDER BY ${orderBy('')} LIMIT ${limit}) AS fire
    LEFT JOIN agent_runs AS run ON run.request_id = fire.request_id
    ORDER BY ${orderBy('fire.')}`;
}

function orderBy(table: string): string {
  return ORDER.map((column) => `${table}${column} DESC`).join(', ');
}

/** @throws ContractViolation */
function placeOf(cursor: string): readonly (string | number)[] {
  const place = decodeCursor(cursor, ['string', 'string', 'string', 'number']);
  if (utcTimestamp(place[0]) === undefined) {
    const message = 'cursor must be the next_cursor of an earlier answer';
    throw new ContractViolation([{ field: 'cursor', message }]);
  }
  return place;
}

function viewOf(row: Row): FireView {
  return {
    ...row,
    scheduled_for: row.scheduled_for.toISOString(),
    scheduled_until: row.scheduled_until?.toISOString() ?? null,
    decided_at: row.decided_at.toISOString(),
    run_id: row.run_id === null ? null : Number(row.run_id),
  };
}
