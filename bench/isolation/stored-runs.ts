import { setTimeout } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Percentiles } from './isolation-result.js';

const POLL_MS = 500;
/** Without any further row for so long, nothing is to be hoped for. */
const PATIENCE_MS = 60_000;

const COUNT = `
  SELECT count(*)::int AS known,
    count(*) FILTER (WHERE status = 'success')::int AS succeeded,
    count(*) FILTER (WHERE status IN ('failed', 'cancelled'))::int AS failed,
    max(error_message) AS error
  FROM agent_runs WHERE request_id LIKE $1`;

/** What the first commit brought is not counted: nobody knows when the work on it began. */
const THROUGHPUT = `
  WITH commits AS (
    SELECT pg_xact_commit_timestamp(xmin) AS committed_at, count(*) AS runs
    FROM agent_runs WHERE request_id LIKE $1 GROUP BY 1
  )
  SELECT coalesce(sum(runs) FILTER (WHERE committed_at > first)
      / nullif(extract(epoch FROM max(committed_at) - min(committed_at)), 0), 0)::float8 AS value
  FROM commits, (SELECT min(committed_at) AS first FROM commits) AS beginning`;

const LATENCIES = `
  WITH moments AS (
    SELECT (run.input->>'published_at_ms')::float8 AS published,
      metric.metric_value::float8 AS begun,
      extract(epoch FROM run.finished_at)::float8 * 1000 AS finished,
      extract(epoch FROM pg_xact_commit_timestamp(run.xmin))::float8 * 1000 AS committed
    FROM agent_runs run
    JOIN agent_metrics metric ON metric.run_id = run.id AND metric.metric_name = 'begun_at_ms'
    WHERE run.request_id LIKE $1
  )
  SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY begun - published) AS start,
    percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY committed - finished) AS commit,
    percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY committed - published) AS whole
  FROM moments`;

interface Counts {
  readonly known: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly error: string | null;
}

/** Latencies in milliseconds. */
export interface Latencies {
  /** From the publishing of a request to the first line of the agent's code. */
  readonly start: Percentiles;
  /** From the end of a run to the commit of its row. */
  readonly commit: Percentiles;
  /** From the publishing of a request to the commit of its run's row. */
  readonly whole: Percentiles;
}

/** The rows of the runs whose request_ids begin with a prefix. */
export class StoredRuns {
  private readonly pattern: string;

  constructor(
    private readonly database: Client,
    private readonly prefix: string,
  ) {
    this.pattern = `${prefix}-%`;
  }

  /**
   * Resolves once `count` runs have succeeded, or with `known` once they have rows at all.
   * @param onCount told how many do so far
   * @throws Error when a run fails, or when nothing goes on
   */
  async reach(what: 'known' | 'succeeded', count: number, onCount: (reached: number) => void): Promise<void> {
    let reached = 0;
    let changedAt = performance.now();
    while (reached < count) {
      await setTimeout(POLL_MS);
      const counts = await this.one<Counts>(COUNT);
      if (counts.failed > 0) {
        throw new Error(`${counts.failed} runs of ${this.prefix} have failed: ${counts.error}`);
      }
      changedAt = counts[what] > reached ? performance.now() : changedAt;
      reached = counts[what];
      onCount(reached);
      if (performance.now() - changedAt > PATIENCE_MS) {
        throw new Error(
          `Only ${reached} of ${count} runs of ${this.prefix} are ${what}, and nothing goes on`,
        );
      }
    }
  }

  /** Runs per second from the first to the last commit of a final row. */
  async throughput(): Promise<number> {
    return (await this.one<{ value: number }>(THROUGHPUT)).value;
  }

  async latencies(): Promise<Latencies> {
    const { start, commit, whole } = await this.one<Record<keyof Latencies, [number, number]>>(LATENCIES);
    return { start: percentiles(start), commit: percentiles(commit), whole: percentiles(whole) };
  }

  private async one<T extends object>(sql: string): Promise<T> {
    const { rows } = await this.database.query<T>(sql, [this.pattern]);
    const [row] = rows;
    if (row === undefined) {
      throw new Error(`Nothing is stored of ${this.prefix}`);
    }
    return row;
  }
}

function percentiles([p50, p99]: [number, number]): Percentiles {
  return { p50, p99 };
}
