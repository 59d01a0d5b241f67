import { ContractViolation } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { type Page, pageOf } from '../http/page.js';
import { isDay } from '../summaries/is-day.js';
import type { DailyMetricQuery, MetricNameQuery } from './metric-requests.js';
import type { DailyMetricView, MetricNameView } from './metric-view.js';

const LATEST_RUNS = 20;
const NUL = '\0';

/** Walks from name to name in the index of the summaries, however many days each has; then what the latest runs tell. */
const NAMES = `
  WITH RECURSIVE numbers AS (
    (SELECT metric_name FROM agent_daily_metric_summaries
     WHERE agent_name = $1 AND ($2::text IS NULL OR metric_name > $2) ORDER BY metric_name LIMIT 1)
    UNION ALL
    SELECT (SELECT next.metric_name FROM agent_daily_metric_summaries AS next
      WHERE next.agent_name = $1 AND next.metric_name > numbers.metric_name ORDER BY next.metric_name LIMIT 1)
    FROM numbers WHERE numbers.metric_name IS NOT NULL
  ), latest AS (
    SELECT id, finished_at FROM agent_runs WHERE agent_name = $1 AND started_at IS NOT NULL
    ORDER BY agent_runs.started_at DESC LIMIT ${LATEST_RUNS}
  ), texts AS (
    SELECT DISTINCT metric_name FROM latest
    JOIN agent_metrics ON run_id = latest.id AND recorded_at = latest.finished_at
    WHERE metric_text IS NOT NULL AND ($2::text IS NULL OR metric_name > $2)
  ), names AS (
    (SELECT metric_name, true AS is_number FROM numbers WHERE metric_name IS NOT NULL LIMIT $3)
    UNION ALL
    SELECT metric_name, false FROM texts
    WHERE NOT EXISTS (SELECT FROM agent_daily_metric_summaries AS known
      WHERE known.agent_name = $1 AND known.metric_name = texts.metric_name)
  )
  SELECT metric_name AS metric, CASE WHEN is_number THEN 'number' ELSE 'text' END AS kind,
    (SELECT to_char(min(day), 'YYYY-MM-DD') FROM agent_daily_metric_summaries AS days
     WHERE days.agent_name = $1 AND days.metric_name = names.metric_name) AS first_day,
    (SELECT to_char(max(day), 'YYYY-MM-DD') FROM agent_daily_metric_summaries AS days
     WHERE days.agent_name = $1 AND days.metric_name = names.metric_name) AS last_day
  FROM names ORDER BY names.metric_name LIMIT $3`;

const DAILY = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, metric_name AS metric, count, sum, min, max
  FROM agent_daily_metric_summaries
  WHERE agent_name = $1 AND ($2::text IS NULL OR metric_name = $2)
    AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)
    AND ($5::date IS NULL OR day < $5 OR (day = $5 AND metric_name > $6))
  ORDER BY agent_daily_metric_summaries.day DESC, metric_name LIMIT $7`;

interface DailyRow {
  readonly day: string;
  readonly metric: string;
  readonly count: string;
  readonly sum: string;
  readonly min: string;
  readonly max: string;
}

/** Reads from the daily summaries what agents measure. Everything here throws what Postgres throws when it is away. */
@Injectable()
export class MetricTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** By name. Texts are known of the latest runs only. */
  async names({ agent, limit, cursor }: MetricNameQuery): Promise<Page<MetricNameView>> {
    const after = cursor === undefined ? null : withoutNul(decodeCursor(cursor, ['string'])[0]);
    const rows = await this.query<MetricNameView>(NAMES, [agent, after, limit + 1]);
    return pageOf(rows, limit, ({ metric }) => [metric]);
  }

  /** The newest day first, its metrics by name. */
  async daily({ agent, metric, from, to, limit, cursor }: DailyMetricQuery): Promise<Page<DailyMetricView>> {
    const [day, name] = placeOf(cursor);
    const values = [agent, metric ?? null, from ?? null, to ?? null, day, name, limit + 1];
    const rows = await this.query<DailyRow>(DAILY, values);
    return pageOf(rows.map(dailyView), limit, (last) => [last.day, last.metric]);
  }

  private async query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return await fromPostgres(async () => await this.database.dataSource.query<T[]>(sql, values));
  }
}

function dailyView({ day, metric, ...figures }: DailyRow): DailyMetricView {
  const [count, sum] = [Number(figures.count), Number(figures.sum)];
  return { day, metric, count, sum, mean: sum / count, min: Number(figures.min), max: Number(figures.max) };
}

function placeOf(cursor: string | undefined): readonly [string | null, string | null] {
  if (cursor === undefined) {
    return [null, null];
  }
  const [day, metric] = decodeCursor(cursor, ['string', 'string']);
  if (!isDay(day)) {
    throw foreignCursor();
  }
  return [day, withoutNul(metric)];
}

function withoutNul(name: string): string {
  if (name.includes(NUL)) {
    throw foreignCursor();
  }
  return name;
}

function foreignCursor(): ContractViolation {
  const message = 'cursor must be the next_cursor of an earlier answer';
  return new ContractViolation([{ field: 'cursor', message }]);
}
