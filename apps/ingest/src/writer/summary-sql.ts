import { PreparedStatement } from './prepared-statement.js';

/**
 * The metrics of runs that have just become final: `$1` is an array of `{ run_id, agent_name, finished_at, metrics }`.
 * JSON numbers become NUMERIC digit by digit, so nothing is rounded on the way.
 */
const FINISHED_METRICS = `
  jsonb_to_recordset($1::jsonb) AS run (run_id bigint, agent_name text, finished_at timestamptz, metrics jsonb),
  jsonb_each(run.metrics) AS metric (name, value)`;

/** Booleans are 0 or 1; text has no number. */
const METRIC_NUMBER = `
  CASE jsonb_typeof(metric.value)
    WHEN 'number' THEN metric.value::numeric
    WHEN 'boolean' THEN metric.value::boolean::int::numeric
  END`;

export const INSERT_METRICS = new PreparedStatement(
  'insert_metrics',
  `
  INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
  SELECT run.run_id, run.agent_name, metric.name, ${METRIC_NUMBER},
    CASE jsonb_typeof(metric.value) WHEN 'string' THEN metric.value #>> '{}' END, run.finished_at
  FROM ${FINISHED_METRICS}`,
);

/**
 * `$1` is an array of `{ agent_name, status, started_at, finished_at }` of runs that have just become final.
 * Sorted, so that two writers lock the same rows in the same order.
 */
export const UPSERT_DAILY_SUMMARIES = new PreparedStatement(
  'upsert_daily_summaries',
  `
  INSERT INTO agent_daily_summaries AS stored (
    agent_name, day, runs_success, runs_failed, runs_cancelled,
    duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
  )
  SELECT agent_name COLLATE "C", (finished_at AT TIME ZONE 'UTC')::date AS day,
    count(*) FILTER (WHERE status = 'success'),
    count(*) FILTER (WHERE status = 'failed'),
    count(*) FILTER (WHERE status = 'cancelled'),
    count(duration_ms), coalesce(sum(duration_ms), 0), min(duration_ms), max(duration_ms)
  FROM jsonb_to_recordset($1::jsonb) AS run (
      agent_name text, status text, started_at timestamptz, finished_at timestamptz
    ),
    LATERAL (SELECT extract(epoch FROM finished_at - started_at) * 1000) AS taken (duration_ms)
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (agent_name, day) DO UPDATE SET
    runs_success = stored.runs_success + EXCLUDED.runs_success,
    runs_failed = stored.runs_failed + EXCLUDED.runs_failed,
    runs_cancelled = stored.runs_cancelled + EXCLUDED.runs_cancelled,
    duration_count = stored.duration_count + EXCLUDED.duration_count,
    duration_ms_sum = stored.duration_ms_sum + EXCLUDED.duration_ms_sum,
    duration_ms_min = least(stored.duration_ms_min, EXCLUDED.duration_ms_min),
    duration_ms_max = greatest(stored.duration_ms_max, EXCLUDED.duration_ms_max)`,
);

/** Sorted as well. */
export const UPSERT_DAILY_METRIC_SUMMARIES = new PreparedStatement(
  'upsert_daily_metric_summaries',
  `
  INSERT INTO agent_daily_metric_summaries AS stored (agent_name, metric_name, day, count, sum, min, max)
  SELECT agent_name, name, day, count(*), sum(number), min(number), max(number)
  FROM (
    SELECT run.agent_name COLLATE "C" AS agent_name, metric.name COLLATE "C" AS name,
      (run.finished_at AT TIME ZONE 'UTC')::date AS day, ${METRIC_NUMBER} AS number
    FROM ${FINISHED_METRICS}
  ) AS numbers
  WHERE number IS NOT NULL
  GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (agent_name, metric_name, day) DO UPDATE SET
    count = stored.count + EXCLUDED.count,
    sum = stored.sum + EXCLUDED.sum,
    min = least(stored.min, EXCLUDED.min),
    max = greatest(stored.max, EXCLUDED.max)`,
);
