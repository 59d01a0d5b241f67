import { PreparedStatement } from './prepared-statement.js';

/** Booleans are 0 or 1; text has no number. JSON numbers become NUMERIC digit by digit, so nothing is rounded. */
const METRIC_NUMBER = `
  CASE jsonb_typeof(metric.value)
    WHEN 'number' THEN metric.value::numeric
    WHEN 'boolean' THEN metric.value::boolean::int::numeric
  END`;

/**
 * What follows when runs have just become final, those of `finished (id, agent_name, status, started_at, finished_at,
 * metrics)`: their metrics, and what they add to the summaries. Metrics come first, because the rows of summaries are
 * shared by all writers; those are taken in one order by all of them, so they never deadlock: sorted, and one table
 * after the other, which nothing but a reference makes certain.
 */
export const FINISHING = `
  measured AS (
    INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
    SELECT finished.id, finished.agent_name, metric.name, ${METRIC_NUMBER},
      CASE jsonb_typeof(metric.value) WHEN 'string' THEN metric.value #>> '{}' END, finished.finished_at
    FROM finished, jsonb_each(finished.metrics) AS metric (name, value)
    RETURNING agent_name, metric_name, metric_value, recorded_at
  ),
  metric_days AS (
    INSERT INTO agent_daily_metric_summaries AS stored (agent_name, metric_name, day, count, sum, min, max)
    SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date AS day,
      count(*), sum(metric_value), min(metric_value), max(metric_value)
    FROM measured
    WHERE metric_value IS NOT NULL
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (agent_name, metric_name, day) DO UPDATE SET
      count = stored.count + EXCLUDED.count,
      sum = stored.sum + EXCLUDED.sum,
      min = least(stored.min, EXCLUDED.min),
      max = greatest(stored.max, EXCLUDED.max)
    RETURNING day
  ),
  days AS (
    INSERT INTO agent_daily_summaries AS stored (
      agent_name, day, runs_success, runs_failed, runs_cancelled,
      duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
    )
    SELECT agent_name COLLATE "C", (finished_at AT TIME ZONE 'UTC')::date AS day,
      count(*) FILTER (WHERE status = 'success'),
      count(*) FILTER (WHERE status = 'failed'),
      count(*) FILTER (WHERE status = 'cancelled'),
      count(duration_ms), coalesce(sum(duration_ms), 0), min(duration_ms), max(duration_ms)
    FROM finished, LATERAL (SELECT extract(epoch FROM finished_at - started_at) * 1000) AS taken (duration_ms)
    WHERE (SELECT count(*) FROM metric_days) >= 0
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (agent_name, day) DO UPDATE SET
      runs_success = stored.runs_success + EXCLUDED.runs_success,
      runs_failed = stored.runs_failed + EXCLUDED.runs_failed,
      runs_cancelled = stored.runs_cancelled + EXCLUDED.runs_cancelled,
      duration_count = stored.duration_count + EXCLUDED.duration_count,
      duration_ms_sum = stored.duration_ms_sum + EXCLUDED.duration_ms_sum,
      duration_ms_min = least(stored.duration_ms_min, EXCLUDED.duration_ms_min),
      duration_ms_max = greatest(stored.duration_ms_max, EXCLUDED.duration_ms_max)
  )`;

/** `$1` is an array of `{ id, agent_name, status, started_at, finished_at, metrics }` of runs that have just become final. */
export const FINISH_RUNS = new PreparedStatement(
  'finish_runs',
  `
  WITH finished AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS finished (
      id bigint, agent_name text, status text, started_at timestamptz, finished_at timestamptz, metrics jsonb
    )
  ),
  ${FINISHING}
  SELECT`,
);
