import { ContractViolation, utcTimestamp } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor, encodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import type { Page } from '../http/page.js';
import type { DayCount } from './day-count.js';
import type { MetricPointQuery } from './metric-requests.js';
import type { MetricPointView } from './metric-view.js';
import { type TimeWindow, windowsOf } from './windows-of.js';

/** Days that one answer looks at, and stretches of them: with nothing found by then, the caller goes on. */
const MOST_DAYS = 400;
const MOST_WINDOWS = 20;
const WINDOWS_MS = 2_500;
/** What `timestamptz` gives as text. */
const PLACE_PATTERN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

/** Days with numbers of that name. */
const DAYS_OF_NUMBERS = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, count FROM agent_daily_metric_summaries
  WHERE agent_name = $1 AND metric_name = $2 AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)
  ORDER BY agent_daily_metric_summaries.day DESC LIMIT ${MOST_DAYS}`;

/** Texts are not summarised: a run has one of each name at most. */
const DAYS_OF_RUNS = `
  SELECT to_char(day, 'YYYY-MM-DD') AS day, runs_success + runs_failed + runs_cancelled AS count
  FROM agent_daily_summaries
  WHERE agent_name = $1 AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
  ORDER BY agent_daily_summaries.day DESC LIMIT ${MOST_DAYS}`;

const POINTS = `
  SELECT id, run_id, metric_value, metric_text, recorded_at,
    (recorded_at AT TIME ZONE 'UTC')::text || '+00' AS place
  FROM agent_metrics
  WHERE agent_name = $1 AND metric_name = $2 AND recorded_at >= $3 AND recorded_at < $4
    AND ($5::timestamptz IS NULL OR (recorded_at, id) < ($5, $6::bigint))
  ORDER BY agent_metrics.recorded_at DESC, id DESC LIMIT $7`;

interface Row {
  readonly id: string;
  readonly run_id: string;
  readonly metric_value: string | null;
  readonly metric_text: string | null;
  readonly recorded_at: Date;
  readonly place: string;
}

/**
 * Reads raw readings. No index leads from an agent and a metric to its readings, because it would make writing dearer:
 * the daily summaries say on which days there are how many, and only there is looked.
 */
@Injectable()
export class MetricPoints {
  constructor(private readonly database: DatabaseConnection) {}

  /** The newest first. @throws what Postgres throws when it is away */
  async list(query: MetricPointQuery): Promise<Page<MetricPointView>> {
    const [place, id] = placeOf(query.cursor);
    const bounds = boundsOf(query, place);
    const days = await this.days(query, bounds);
    const began = performance.now();
    const rows: Row[] = [];
    let looked = 0;
    for (const window of windowsOf(days, query.limit + 1, bounds)) {
      rows.push(...(await this.read(query, window, [place, id], query.limit + 1 - rows.length)));
      looked += 1;
      if (rows.length > query.limit) {
        return pageBefore(rows.slice(0, query.limit));
      }
      if (looked === MOST_WINDOWS || performance.now() - began > WINDOWS_MS) {
        return { items: rows.map(viewOf), next_cursor: encodeCursor([textOf(window.fromMs), 0]) };
      }
    }
    const last = days.at(-1);
    const hasMoreDays = days.length === MOST_DAYS && last !== undefined;
    const nextCursor = hasMoreDays ? encodeCursor([textOf(Date.parse(`${last.day}T00:00:00Z`)), 0]) : null;
    return { items: rows.map(viewOf), next_cursor: nextCursor };
  }

  private async days({ agent, metric }: MetricPointQuery, bounds: TimeWindow): Promise<DayCount[]> {
    const range = [dayOf(bounds.fromMs), dayOf(bounds.toMs)];
    const numbers = await this.query<Counted>(DAYS_OF_NUMBERS, [agent, metric, ...range]);
    const days = numbers.length > 0 ? numbers : await this.query<Counted>(DAYS_OF_RUNS, [agent, ...range]);
    return days.map(({ day, count }) => ({ day, count: Number(count) }));
  }

  private async read(
    { agent, metric }: MetricPointQuery,
    { fromMs, toMs }: TimeWindow,
    before: readonly [string | null, number],
    limit: number,
  ): Promise<Row[]> {
    const range = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    return await this.query<Row>(POINTS, [agent, metric, ...range, ...before, limit]);
  }

  private async query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return await fromPostgres(async () => await this.database.dataSource.query<T[]>(sql, values));
  }
}

type Counted = Omit<DayCount, 'count'> & { readonly count: string };

function boundsOf({ from, to }: MetricPointQuery, place: string | null): TimeWindow {
  const toMs = to === undefined ? Infinity : Date.parse(utcTimestamp(to) ?? to);
  // What lies in the millisecond of the place is decided by the place.
  const placeMs = place === null ? Infinity : Date.parse(place.replace(' ', 'T').replace('+00', 'Z')) + 1;
  return {
    fromMs: from === undefined ? -Infinity : Date.parse(utcTimestamp(from) ?? from),
    toMs: Math.min(toMs, placeMs),
  };
}

function pageBefore(rows: readonly Row[]): Page<MetricPointView> {
  const last = rows.at(-1);
  return {
    items: rows.map(viewOf),
    next_cursor: last === undefined ? null : encodeCursor([last.place, Number(last.id)]),
  };
}

function placeOf(cursor: string | undefined): readonly [string | null, number] {
  if (cursor === undefined) {
    return [null, 0];
  }
  const [place, id] = decodeCursor(cursor, ['string', 'number']);
  const instant = Date.parse(place.replace(' ', 'T').replace('+00', 'Z'));
  if (!PLACE_PATTERN.test(place) || Number.isNaN(instant)) {
    const message = 'cursor must be the next_cursor of an earlier answer';
    throw new ContractViolation([{ field: 'cursor', message }]);
  }
  return [place, id];
}

function textOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '+00');
}

/** Nothing for what has no bound. */
function dayOf(milliseconds: number): string | null {
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString().slice(0, 10) : null;
}

function viewOf({ recorded_at, metric_value, metric_text, run_id }: Row): MetricPointView {
  return {
    recorded_at: recorded_at.toISOString(),
    value: metric_value === null ? null : Number(metric_value),
    text: metric_text,
    run_id: Number(run_id),
  };
}
