import { utcTimestamp } from '#contracts';
import type { AgentMetric } from '#database';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { MetricQuery } from './metric-query.js';
import { metricSelect } from './metric-select.js';

/** The metrics of so many runs are fetched one run after the other, in a few milliseconds. */
const FEW_RUNS = 500;
/** So many metrics of all agents are looked through in about as long. */
const NEWEST = 50_000;
const DEEPER = 10;

/**
 * From the days on which runs of the agent finished, which are the days of its metrics as well: summaries are written
 * with them. Summaries outlive what they are of, so the days may be more than those of the metrics, but not fewer.
 */
const EXTENT = `
  SELECT (first_day::timestamp AT TIME ZONE 'UTC')::text AS first,
    ((last_day + 1)::timestamp AT TIME ZONE 'UTC')::text AS "end",
    (date_trunc('month', last_day::timestamp) AT TIME ZONE 'UTC')::text AS month,
    ((date_trunc('month', last_day::timestamp) + interval '1 month') AT TIME ZONE 'UTC')::text AS "endOfMonth",
    runs <= ${FEW_RUNS} AS "isRare",
    last_day >= (now() AT TIME ZONE 'UTC')::date - 1 AS "isRecent"
  FROM (
    SELECT (
        SELECT min(day) FROM agent_daily_summaries
        WHERE agent_name = $1 AND day >= coalesce(($2::timestamptz AT TIME ZONE 'UTC')::date, '-infinity')
      ) AS first_day,
      (
        SELECT max(day) FROM agent_daily_summaries
        WHERE agent_name = $1 AND day <= coalesce(($3::timestamptz AT TIME ZONE 'UTC')::date, 'infinity')
      ) AS last_day,
      (
        SELECT count(*) FROM (
          SELECT FROM agent_runs WHERE agent_name = $1 ORDER BY started_at DESC LIMIT ${FEW_RUNS} + 1
        ) AS run
      ) AS runs
  ) AS known
  WHERE first_day <= last_day`;

/** Behind the metrics of some of the agent's latest runs: the very last may have none. */
const TOP_OF_RUNS = `
  SELECT max(metric.id) + 1 AS top
  FROM (
    SELECT id, finished_at FROM agent_runs
    WHERE agent_name = $1 AND started_at < $3 AND finished_at IS NOT NULL
    ORDER BY started_at DESC LIMIT 20
  ) AS run
  JOIN agent_metrics AS metric ON metric.run_id = run.id AND metric.recorded_at = run.finished_at
  WHERE metric.recorded_at >= $2 AND metric.recorded_at < $3`;

/** By a whole month, so that no row is passed by. */
const TOP_OF_MONTH = `SELECT max(id) + 1 AS top FROM agent_metrics WHERE recorded_at >= $1 AND recorded_at < $2`;

/** When that month is not kept any more. */
const TOP = 'SELECT max(id) + 1 AS top FROM agent_metrics';

/**
 * Room for those that come meanwhile. As text: a Date has no microseconds. In the order of an index, because Postgres
 * takes a rare agent for one like the others, and would look for its runs in the whole table.
 */
const RUNS = `
  SELECT id, (min(finished_at) OVER ())::text AS first, (max(finished_at) OVER ())::text AS last
  FROM (
    SELECT id, finished_at FROM agent_runs
    WHERE agent_name = $1 AND finished_at IS NOT NULL ORDER BY started_at DESC LIMIT ${2 * FEW_RUNS}
  ) AS run`;

/** When an agent ran, as text for Postgres. */
interface Extent {
  readonly first: string;
  readonly end: string;
  /** The month of the last day. */
  readonly month: string;
  readonly endOfMonth: string;
  readonly isRare: boolean;
  readonly isRecent: boolean;
}

/**
 * Finds the newest metrics of one agent, without an index of agents: writing one would cost too much. Newest is what was
 * stored last, which need not be what was recorded last: so it is looked for by id, and times only say where it can't be.
 */
export class AgentMetrics {
  constructor(
    private readonly source: DataSource,
    private readonly agent: string,
  ) {}

  /** @returns the page and one metric more, if there is one; @throws what Postgres throws */
  async read(query: MetricQuery): Promise<AgentMetric[]> {
    const [extent]: Extent[] = await this.source.query(EXTENT, [
      this.agent,
      utcTimestamp(query.from),
      utcTimestamp(query.to),
    ]);
    if (extent === undefined) {
      return [];
    }
    if (extent.isRare) {
      return this.byRuns(query);
    }
    if (query.cursor !== undefined) {
      return this.backFrom(query.cursor, query, extent);
    }
    return extent.isRecent
      ? this.backFrom(await this.topOfMonth(extent), query, extent)
      : this.fromLatestRuns(query, extent);
  }

  /**
   * By the span of the runs' ends Postgres knows the partitions, by the ids the rows. The agent's name and each single
   * end are left out: they would only lead Postgres to the index of places, which finds many more.
   */
  private async byRuns(query: MetricQuery): Promise<AgentMetric[]> {
    const runs: { id: string; first: string; last: string }[] = await this.source.query(RUNS, [this.agent]);
    const [any] = runs;
    if (any === undefined) {
      return [];
    }
    const ofAnyAgent = Object.assign(new MetricQuery(), query, { agent_name: undefined });
    const select = metricSelect(this.source, ofAnyAgent)
      .andWhere('metric.runId = ANY (:runs)', { runs: runs.map(({ id }) => id) })
      .andWhere('metric.recordedAt >= :first', { first: any.first })
      .andWhere('metric.recordedAt <= :last', { last: any.last });
    return byPlace(select);
  }

  /** What was stored after the latest runs is hardly ever of this agent, but it may be a report that came late. */
  private async fromLatestRuns(query: MetricQuery, extent: Extent): Promise<AgentMetric[]> {
    const top =
      (await this.top(TOP_OF_RUNS, [this.agent, extent.first, extent.end])) ??
      (await this.topOfMonth(extent));
    const later = await byPlace(this.above(top, query, extent));
    if (later.length > query.limit) {
      return later;
    }
    const below = Object.assign(new MetricQuery(), query, { cursor: top });
    return [...later, ...(await this.backFrom(top, below, extent))].slice(0, query.limit + 1);
  }

  /** Looks deeper and deeper below an id, in all that is below the cursor. */
  private async backFrom(top: number, query: MetricQuery, extent: Extent): Promise<AgentMetric[]> {
    let found = await this.above(top - NEWEST, query, extent)
      .orderBy('metric.id', 'DESC')
      .getMany();
    for (let depth = NEWEST * DEEPER; found.length <= query.limit && depth < top * DEEPER; depth *= DEEPER) {
      found = await byPlace(this.above(top - depth, query, extent));
    }
    return found;
  }

  private async topOfMonth({ month, endOfMonth }: Extent): Promise<number> {
    return (await this.top(TOP_OF_MONTH, [month, endOfMonth])) ?? (await this.top(TOP, [])) ?? 0;
  }

  private async top(sql: string, values: readonly string[]): Promise<number | undefined> {
    const [row]: { top: string | null }[] = await this.source.query(sql, [...values]);
    return typeof row?.top === 'string' ? Number(row.top) : undefined;
  }

  private above(lowest: number, query: MetricQuery, extent: Extent): SelectQueryBuilder<AgentMetric> {
    return this.within(query, extent).andWhere('metric.id >= :lowest', { lowest });
  }

  private within(query: MetricQuery, { first, end }: Extent): SelectQueryBuilder<AgentMetric> {
    return metricSelect(this.source, query)
      .andWhere('metric.recordedAt >= :first', { first })
      .andWhere('metric.recordedAt < :end', { end });
  }
}

/** Newest first. The order is an expression, which keeps Postgres from walking along the index of ids, past all others. */
function byPlace(select: SelectQueryBuilder<AgentMetric>): Promise<AgentMetric[]> {
  return select.addSelect('metric.id + 0', 'place').orderBy('place', 'DESC').getMany();
}
