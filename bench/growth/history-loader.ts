import type { Client } from 'pg';
import type { ProgressBar } from '../support/progress-bar.js';
import { AGENTS, METRICS, RARE_AGENT } from './measured-agents.js';

const WEEK_MS = 7 * 86_400_000;
/** Runs of one statement. */
const CHUNK = 100_000;
/** One run in so many is of the rare agent, and only in the first part of the history. */
const RARE_EVERY = 5_000;

/**
 * Runs `$1` to `$2` of `$3`, spread evenly over the time from `$4` to `$5`, one in twenty failed, each with its metrics
 * and one in ten with two lines of a log. Ids are given out as by ingest.
 */
const LOAD_CHUNK = `
  WITH numbered AS (
    SELECT number, $4::timestamptz + ($5::timestamptz - $4::timestamptz) * (number::float8 / $3) AS at,
      CASE WHEN number % ${RARE_EVERY} = 0 AND number < $3 / 10 THEN '${RARE_AGENT}'
        ELSE 'agent_' || number % ${AGENTS} END AS agent,
      CASE WHEN number % 20 = 0 THEN 'failed' ELSE 'success' END AS status
    FROM generate_series($1::bigint, $2::bigint) AS number
  ), run AS (
    INSERT INTO agent_runs (
      request_id, agent_name, status, trigger, requested_at, started_at, finished_at, attempt, input, executor, stored_at
    )
    SELECT 'history-' || number, agent, status, 'message', at - interval '3 ms', at - interval '2 ms', at, 1, '{}',
      'executor-1', at
    FROM numbered
    RETURNING id, agent_name, finished_at
  ), metric AS (
    INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
    SELECT id, agent_name, name, CASE WHEN name <> 'label' THEN id * 0.37 END, CASE WHEN name = 'label' THEN 'ok' END,
      finished_at
    FROM run, unnest('{${METRICS.join(',')}}'::text[]) AS name
  )
  INSERT INTO agent_run_logs (run_id, attempt, line, at, level, message)
  SELECT id, 1, line, finished_at, 'info', 'a line of a log that says what was done'
  FROM run, generate_series(0, 1) AS line
  WHERE id % 10 = 0`;

const LOAD_SUMMARIES = `
  INSERT INTO agent_daily_summaries (agent_name, day, runs_success, runs_failed, duration_count, duration_ms_sum,
    duration_ms_min, duration_ms_max)
  SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE status = 'success'),
    count(*) FILTER (WHERE status = 'failed'), count(*), 2 * count(*), 2, 2
  FROM agent_runs GROUP BY 1, 2`;

const LOAD_METRIC_SUMMARIES = `
  INSERT INTO agent_daily_metric_summaries (agent_name, metric_name, day, count, sum, min, max)
  SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date, count(*), sum(metric_value),
    min(metric_value), max(metric_value)
  FROM agent_metrics WHERE metric_value IS NOT NULL GROUP BY 1, 2, 3`;

/** Fills a database with a past, in SQL: a hundred times as fast as it came about. */
export class HistoryLoader {
  constructor(
    /** As the superuser, who may leave foreign keys unchecked. */
    private readonly client: Client,
    private readonly progress: ProgressBar,
  ) {}

  /** @throws what `pg` throws */
  async load(runs: number, weeks: number): Promise<void> {
    const until = Date.now() - 60_000;
    const from = until - weeks * WEEK_MS;
    await this.makePartitions(from, until);
    await this.client.query('SET session_replication_role = replica');
    for (let first = 1; first <= runs; first += CHUNK) {
      const last = Math.min(first + CHUNK - 1, runs);
      await this.client.query(LOAD_CHUNK, [first, last, runs, new Date(from), new Date(until)]);
      this.progress.show('loading runs', last, runs);
    }
    const steps = [LOAD_SUMMARIES, LOAD_METRIC_SUMMARIES, 'VACUUM ANALYZE', 'CHECKPOINT'];
    for (const [done, step] of steps.entries()) {
      this.progress.show('summing up', done, steps.length);
      await this.client.query(step);
    }
    this.progress.show('summing up', steps.length, steps.length);
  }

  private async makePartitions(from: number, until: number): Promise<void> {
    for (let at = from; at < until + WEEK_MS; at += WEEK_MS) {
      for (const table of ['agent_metrics', 'agent_run_logs']) {
        await this.client.query(
          `SELECT agent_partition_create($1, date_trunc('week', $2::timestamptz AT TIME ZONE 'UTC')::date)`,
          [table, new Date(at)],
        );
      }
    }
  }
}
