import type { Pool } from 'pg';
import type { Commits } from './recovery.js';

/** The agent that everybody runs. */
export const AGENT = 'noop';
export const METRICS_PER_RUN = 5;

const TABLES =
  'agent_runs, agent_metrics, agent_run_attempts, agent_run_logs, agent_daily_summaries, agent_daily_metric_summaries, dead_letters';

/** Share of the runs that are committed before the clock starts: the start of programs is not measured. */
export const UNCOUNTED = 0.05;

/** A row that one transaction keeps up to date: it tells how many are committed and costs nothing to read. */
const COMMITTED = `
  SELECT coalesce(sum(runs_success), 0)::int AS done, coalesce(sum(runs_failed + runs_cancelled), 0)::int AS failed
  FROM agent_daily_summaries`;

const THROUGHPUT = `
  WITH commits AS (
    SELECT pg_xact_commit_timestamp(xmin) AS at, count(*) AS runs
    FROM agent_runs WHERE request_id LIKE $1 GROUP BY 1
  ), growing AS (
    SELECT at, sum(runs) OVER (ORDER BY at) AS done, sum(runs) OVER () AS total FROM commits
  ), beginning AS (
    SELECT at, done FROM growing WHERE done >= total * ${UNCOUNTED} ORDER BY at LIMIT 1
  )
  SELECT ((max(growing.done) - min(beginning.done))
    / nullif(extract(epoch FROM max(growing.at) - min(beginning.at)), 0))::float8 AS value
  FROM growing, beginning`;

const LATENCIES = `
  WITH moments AS (
    SELECT (run.input->>'published_at_ms')::float8 AS published, metric.metric_value::float8 AS begun,
      extract(epoch FROM pg_xact_commit_timestamp(run.xmin))::float8 * 1000 AS committed
    FROM agent_runs run
    JOIN agent_metrics metric ON metric.run_id = run.id AND metric.metric_name = 'begun_at_ms'
    WHERE run.request_id LIKE $1
  )
  SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY begun - published) AS start,
    percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY committed - published) AS commit,
    (count(*) - 1) * 1000 / (max(published) - min(published)) AS "requestsPerSecond"
  FROM moments`;

const COMMITS = `
  SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS at, count(*)::int AS runs
  FROM agent_runs WHERE request_id LIKE $1 GROUP BY 1 ORDER BY 1`;

const SLOWEST = `
  SELECT (max(extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8
    - (input->>'published_at_ms')::float8 / 1000)) AS seconds
  FROM agent_runs
  WHERE request_id LIKE $1 AND (input->>'published_at_ms')::float8 >= $2 AND (input->>'published_at_ms')::float8 < $3`;

const COUNTS = `
  SELECT
    (SELECT count(*)::int FROM agent_runs) AS runs,
    (SELECT count(*)::int FROM agent_runs
      WHERE status = 'success' AND request_id LIKE $1 AND input ? 'published_at_ms') AS succeeded,
    (SELECT count(*)::int FROM agent_metrics) AS metrics,
    (SELECT count(*)::int FROM agent_metrics metric
      WHERE NOT EXISTS (SELECT FROM agent_runs run WHERE run.id = metric.run_id)) AS orphans,
    (SELECT count(*)::int FROM (
      SELECT FROM agent_metrics GROUP BY run_id HAVING count(*) <> ${METRICS_PER_RUN}) AS wrong) AS incomplete,
    (SELECT coalesce(sum(runs_success), 0)::int FROM agent_daily_summaries) AS summarised,
    (SELECT coalesce(sum(duration_count), 0)::int FROM agent_daily_summaries) AS durations,
    (SELECT count(*)::int FROM pg_constraint
      WHERE contype = 'f' AND conrelid = 'agent_metrics'::regclass AND confrelid = 'agent_runs'::regclass) AS "foreignKeys"`;

interface Counts {
  readonly runs: number;
  readonly succeeded: number;
  readonly metrics: number;
  readonly orphans: number;
  readonly incomplete: number;
  readonly summarised: number;
  readonly durations: number;
  readonly foreignKeys: number;
}

/** Of runs that were asked for at an even pace. */
export interface Latencies {
  /** 50th, 95th and 99th percentile of the milliseconds until the first line of the agent's code. */
  readonly start: readonly number[];
  /** The same until the commit of the row. */
  readonly commit: readonly number[];
  readonly requestsPerSecond: number;
}

/** The tables that everybody writes to. */
export class StoredRows {
  constructor(private readonly database: Pool) {}

  /** Takes all rows away and writes out what is left to write, so that everybody begins alike. */
  async empty(): Promise<void> {
    await this.database.query(`TRUNCATE ${TABLES} CASCADE`);
    await this.database.query('CHECKPOINT');
  }

  /** How many runs are final so far. @throws Error when one has failed */
  async committed(): Promise<number> {
    const { done, failed } = await this.one<{ done: number; failed: number }>(COMMITTED);
    if (failed > 0) {
      throw new Error(`${failed} runs have failed`);
    }
    return done;
  }

  /** How many runs have a row, final or not. */
  async known(): Promise<number> {
    return (await this.one<{ runs: number }>('SELECT count(*)::int AS runs FROM agent_runs')).runs;
  }

  /** Runs per second between the commit of the twentieth part and that of the last. */
  async throughput(prefix: string): Promise<number> {
    return (await this.one<{ value: number }>(THROUGHPUT, [`${prefix}-%`])).value;
  }

  /** How many runs, metrics and runs in the daily sums there are. */
  async counts(): Promise<Pick<Counts, 'runs' | 'metrics' | 'orphans' | 'incomplete' | 'summarised'>> {
    const { runs, metrics, orphans, incomplete, summarised } = await this.one<Counts>(COUNTS, ['']);
    return { runs, metrics, orphans, incomplete, summarised };
  }

  async latencies(prefix: string): Promise<Latencies> {
    return await this.one<Latencies>(LATENCIES, [`${prefix}-%`]);
  }

  async commits(prefix: string): Promise<Commits> {
    return (await this.database.query<Commits[number]>(COMMITS, [`${prefix}-%`])).rows;
  }

  /** From request to commit, of the runs asked for in a span of milliseconds since the epoch. */
  async slowestSeconds(prefix: string, fromMs: number, toMs: number): Promise<number> {
    return (await this.one<{ seconds: number }>(SLOWEST, [`${prefix}-%`, fromMs, toMs])).seconds;
  }

  /** Bytes that Postgres has written ahead since it was made. */
  async walBytes(): Promise<number> {
    const { bytes } = await this.one<{ bytes: number }>(
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS bytes",
    );
    return bytes;
  }

  /** @throws Error unless exactly the runs asked for are stored, each with its metrics and in the daily sums */
  async verify(prefix: string, runs: number): Promise<void> {
    const counts = await this.one<Counts>(COUNTS, [`${prefix}-%`]);
    const { foreignKeys, ...counted } = counts;
    const wanted = {
      runs,
      succeeded: runs,
      metrics: runs * METRICS_PER_RUN,
      orphans: 0,
      incomplete: 0,
      summarised: runs,
      durations: runs,
    };
    if (JSON.stringify(counted) !== JSON.stringify(wanted) || foreignKeys === 0) {
      throw new Error(
        `What is stored of ${prefix} is wrong: ${JSON.stringify(counts)} instead of ${JSON.stringify(wanted)}`,
      );
    }
  }

  private async one<T extends object>(sql: string, values: unknown[] = []): Promise<T> {
    const { rows } = await this.database.query<T>(sql, values);
    const [row] = rows;
    if (row === undefined) {
      throw new Error('Nothing is stored');
    }
    return row;
  }
}
