import { utcTimestamp } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { type Page, pageOf } from '../http/page.js';
import type { LogQuery, RunQuery } from './run-requests.js';
import type { AttemptView, LogLineView, RunView } from './run-view.js';
import { type RunRecord, runViewOf, type StoredRun, storedRunOf } from './stored-run.js';

const COLUMNS = `
  id, request_id, agent_name, status, trigger, schedule_name, scheduled_for, requested_at, started_at, finished_at,
  attempt, error_message, failure_reason, progress, progress_message, executor`;

const LIST = `
  SELECT ${COLUMNS} FROM agent_runs
  WHERE ($1::bigint IS NULL OR id < $1)
    AND ($2::text IS NULL OR agent_name = $2)
    AND ($3::text IS NULL OR status = $3)
    AND ($4::text IS NULL OR trigger = $4)
    AND ($5::timestamptz IS NULL OR requested_at >= $5)
    AND ($6::timestamptz IS NULL OR requested_at < $6)
    AND ($7::text IS NULL OR position(lower($7) IN lower(error_message)) > 0)
  ORDER BY id DESC LIMIT $8`;

/** A number may be a request_id too: the run_id goes first. */
const FIND = `
  SELECT ${COLUMNS}, input, result FROM agent_runs
  WHERE id = $1::bigint OR request_id = $2::text
  ORDER BY (id = $1::bigint) DESC NULLS LAST LIMIT 1`;

const ATTEMPTS = `
  SELECT attempt, reason, error_message, executor, started_at, finished_at
  FROM agent_run_attempts WHERE run_id = $1 ORDER BY attempt`;

/** Metrics have the time of the run's end, and lie in the partition of that month. */
const METRICS = `
  SELECT metric_name, metric_value, metric_text
  FROM agent_runs JOIN agent_metrics ON run_id = agent_runs.id AND recorded_at = finished_at
  WHERE agent_runs.id = $1 ORDER BY metric_name`;

const LOGS = `
  SELECT attempt, line, at, level, message FROM agent_run_logs
  WHERE run_id = $1 AND (attempt, line) > ($2::int, $3::int) AND ($4::int IS NULL OR attempt = $4)
  ORDER BY attempt, line LIMIT $5`;

type Timed<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, Date>>;

/** Reads what Postgres keeps of runs. Everything here throws DatabaseUnavailableException, or what Postgres throws. */
@Injectable()
export class RunTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** Newest stored first. */
  async list({ limit, cursor, agent, status, trigger, from, to, error }: RunQuery): Promise<Page<RunView>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, ['number'])[0];
    const filters = [agent, status, trigger, utcTimestamp(from), utcTimestamp(to), error];
    const rows = await this.query<RunRecord>(LIST, [
      before,
      ...filters.map((each) => each ?? null),
      limit + 1,
    ]);
    const page = pageOf(rows, limit, ({ id }) => [Number(id)]);
    return { ...page, items: page.items.map(runViewOf) };
  }

  /** @param id run_id or request_id */
  async find(id: string): Promise<StoredRun | undefined> {
    const runId = /^\d{1,15}$/.test(id) ? id : null;
    const [row] = await this.query<RunRecord>(FIND, [runId, id]);
    return row === undefined ? undefined : storedRunOf(row);
  }

  async attempts(runId: number): Promise<AttemptView[]> {
    type Row = Omit<AttemptView, 'started_at' | 'finished_at'> & {
      started_at: Date | null;
      finished_at: Date;
    };
    const rows = await this.query<Row>(ATTEMPTS, [runId]);
    return rows.map(({ attempt, reason, error_message, executor, started_at, finished_at }) => ({
      attempt,
      reason,
      error_message,
      executor,
      started_at: started_at?.toISOString() ?? null,
      finished_at: finished_at.toISOString(),
    }));
  }

  async metrics(runId: number): Promise<Record<string, number | string>> {
    type Row = { metric_name: string; metric_value: string | null; metric_text: string | null };
    const rows = await this.query<Row>(METRICS, [runId]);
    return Object.fromEntries(
      rows.map(({ metric_name: name, metric_value: value, metric_text: text }) => [
        name,
        value === null ? (text ?? '') : Number(value),
      ]),
    );
  }

  /** Oldest first. */
  async logs(runId: number, { limit, cursor, attempt }: LogQuery): Promise<Page<LogLineView>> {
    const [afterAttempt, afterLine] =
      cursor === undefined ? [0, -1] : decodeCursor(cursor, ['number', 'number']);
    const values = [runId, afterAttempt, afterLine, attempt ?? null, limit + 1];
    const rows = await this.query<Timed<LogLineView, 'at'>>(LOGS, values);
    const lines = rows.map(({ line, at, level, message, ...row }) => ({
      attempt: row.attempt,
      line,
      at: at.toISOString(),
      level,
      message,
    }));
    return pageOf(lines, limit, (last) => [last.attempt, last.line]);
  }

  private async query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return await fromPostgres(async () => await this.database.dataSource.query<T[]>(sql, values));
  }
}
