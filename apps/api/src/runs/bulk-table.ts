import { utcTimestamp } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import type { BulkCancelRequest, BulkRetryRequest } from './bulk-requests.js';
import { MOST_COUNTED } from './bulk-view.js';

/** Of open runs there is an index. */
const OPEN = `
  status IN ('pending', 'running') AND id > $1 AND ($2::text IS NULL OR agent_name = $2)
  AND ($3::text IS NULL OR trigger = $3) AND ($4::text IS NULL OR status = $4)
  AND ($5::timestamptz IS NULL OR requested_at >= $5) AND ($6::timestamptz IS NULL OR requested_at < $6)`;

/**
 * The summaries say which agents had such runs since then, and an index leads from an agent and a time to its runs. That
 * time is by the clock of executors, which may go differently.
 */
const OVER = `
  status = $4 AND id > $1
  AND agent_name = ANY (ARRAY(
    SELECT DISTINCT agent_name FROM agent_daily_summaries
    WHERE ($2::text IS NULL OR agent_name = $2) AND day >= ($5::timestamptz AT TIME ZONE 'UTC')::date
      AND CASE $4 WHEN 'failed' THEN runs_failed ELSE runs_cancelled END > 0))
  AND (started_at >= $5::timestamptz - interval '1 hour' OR started_at IS NULL)
  AND ($3::text IS NULL OR trigger = $3) AND requested_at >= $5
  AND ($6::timestamptz IS NULL OR requested_at < $6)
  AND ($7::text IS NULL OR position(lower($7) IN lower(error_message)) > 0)`;

const COLUMNS = 'id, request_id, agent_name, input';

/** A run that is meant. */
export interface MeantRun {
  readonly runId: number;
  readonly requestId: string;
  readonly agent: string;
  readonly input: Record<string, unknown> | null;
}

interface Row {
  readonly id: string;
  readonly request_id: string;
  readonly agent_name: string;
  readonly input: Record<string, unknown> | null;
}

/** A choice of runs. */
interface Choice {
  readonly condition: string;
  readonly values: readonly unknown[];
}

/** Finds the runs that a filter means, the oldest first. Everything here throws what Postgres throws when it is away. */
@Injectable()
export class BulkTable {
  constructor(private readonly database: DatabaseConnection) {}

  openRuns({ agent, trigger, status, from, to, cursor }: BulkCancelRequest): Choice {
    const filters = [agent, trigger, status, utcTimestamp(from), utcTimestamp(to)];
    return { condition: OPEN, values: [placeOf(cursor), ...filters.map((each) => each ?? null)] };
  }

  overRuns({ agent, trigger, status, from, to, error, cursor }: BulkRetryRequest): Choice {
    const filters = [agent, trigger, status, utcTimestamp(from), utcTimestamp(to), error];
    return { condition: OVER, values: [placeOf(cursor), ...filters.map((each) => each ?? null)] };
  }

  async count({ condition, values }: Choice): Promise<number> {
    const sql = `
      SELECT count(*) AS count
      FROM (SELECT FROM agent_runs WHERE ${condition} LIMIT ${MOST_COUNTED}) AS meant`;
    const [row] = await this.query<{ count: string }>(sql, values);
    return Number(row?.count);
  }

  async read({ condition, values }: Choice, limit: number): Promise<MeantRun[]> {
    const place = `$${values.length + 1}`;
    const sql = `SELECT ${COLUMNS} FROM agent_runs WHERE ${condition} ORDER BY id LIMIT ${place}`;
    const rows = await this.query<Row>(sql, [...values, limit]);
    return rows.map(({ id, request_id: requestId, agent_name: agent, input }) => ({
      runId: Number(id),
      requestId,
      agent,
      input,
    }));
  }

  private async query<T>(sql: string, values: readonly unknown[]): Promise<T[]> {
    return await fromPostgres(async () => await this.database.dataSource.query<T[]>(sql, [...values]));
  }
}

/** All that is left is after this id. */
function placeOf(cursor: string | undefined): number {
  return cursor === undefined ? 0 : decodeCursor(cursor, ['number'])[0];
}
