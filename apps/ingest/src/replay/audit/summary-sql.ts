/** The counted side is what ingest adds up, run by run; see `writer/summary-sql.ts`. */
const COUNTED_RUNS = `
  SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date AS day,
    count(*) FILTER (WHERE status = 'success') AS success,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    count(ms) AS durations, coalesce(sum(ms), 0) AS ms_sum, min(ms) AS ms_min, max(ms) AS ms_max
  FROM agent_runs, LATERAL (SELECT extract(epoch FROM finished_at - started_at) * 1000) AS taken (ms)
  WHERE finished_at IS NOT NULL AND finished_at >= $2 AND ($1::text IS NULL OR agent_name = $1)
  GROUP BY 1, 2`;

const COUNTED_METRICS = `
  SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date AS day,
    count(*) AS n, sum(metric_value) AS total, min(metric_value) AS lowest, max(metric_value) AS highest
  FROM agent_metrics
  WHERE metric_value IS NOT NULL AND recorded_at >= $2 AND ($1::text IS NULL OR agent_name = $1)
  GROUP BY 1, 2, 3`;

const KEPT = `day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND ($1::text IS NULL OR agent_name = $1)`;

/**
 * Days whose summary is not what the rows add up to. `$1`: one agent, or null for all. `$2`: the first day. A summary
 * of nothing is as good as none.
 */
export const RUN_SUMMARY_DIFFERENCES = `
  SELECT agent_name, day::text AS day, NULL AS metric_name
  FROM (SELECT * FROM agent_daily_summaries WHERE ${KEPT}) AS kept
    FULL JOIN (${COUNTED_RUNS}) AS counted USING (agent_name, day)
  WHERE (coalesce(runs_success, 0), coalesce(runs_failed, 0), coalesce(runs_cancelled, 0),
      coalesce(duration_count, 0), coalesce(duration_ms_sum, 0), duration_ms_min, duration_ms_max)
    IS DISTINCT FROM (coalesce(success, 0), coalesce(failed, 0), coalesce(cancelled, 0),
      coalesce(durations, 0), coalesce(ms_sum, 0), ms_min, ms_max)
  ORDER BY 1, 2`;

export const METRIC_SUMMARY_DIFFERENCES = `
  SELECT agent_name, day::text AS day, metric_name
  FROM (SELECT * FROM agent_daily_metric_summaries WHERE ${KEPT}) AS kept
    FULL JOIN (${COUNTED_METRICS}) AS counted USING (agent_name, metric_name, day)
  WHERE coalesce(kept.count, 0) <> coalesce(counted.n, 0)
    OR counted.n > 0 AND (kept.sum, kept.min, kept.max) IS DISTINCT FROM (total, lowest, highest)
  ORDER BY 1, 3, 2`;

/** Makes the rows that are missing and locks the others, in the order of the writer. `$1` agent, `$2` days. */
export const LOCK_RUN_SUMMARIES = `
  INSERT INTO agent_daily_summaries AS stored (agent_name, day)
  SELECT $1, day FROM unnest($2::date[]) AS wanted (day) ORDER BY day
  ON CONFLICT (agent_name, day) DO UPDATE SET runs_success = stored.runs_success`;

/** After the lock, in a statement of its own: it sees all that writers have counted, and they see what it counts. */
export const RECOUNT_RUN_SUMMARIES = `
  UPDATE agent_daily_summaries AS stored SET
    runs_success = coalesce(success, 0), runs_failed = coalesce(failed, 0), runs_cancelled = coalesce(cancelled, 0),
    duration_count = coalesce(durations, 0), duration_ms_sum = coalesce(ms_sum, 0),
    duration_ms_min = ms_min, duration_ms_max = ms_max
  FROM unnest($3::date[]) AS wanted (day) LEFT JOIN (${COUNTED_RUNS}) AS counted USING (day)
  WHERE stored.agent_name = $1 AND stored.day = wanted.day`;

/**
 * The same for metrics: `$1` agent, `$2` names and `$3` days. A row of nothing has what changes no minimum and no
 * maximum, because writers may add to it.
 */
export const LOCK_METRIC_SUMMARIES = `
  INSERT INTO agent_daily_metric_summaries AS stored (agent_name, metric_name, day, count, sum, min, max)
  SELECT $1, name, day, 0, 0, 'Infinity', '-Infinity'
  FROM unnest($2::text[], $3::date[]) AS wanted (name, day) ORDER BY name COLLATE "C", day
  ON CONFLICT (agent_name, metric_name, day) DO UPDATE SET count = stored.count`;

export const RECOUNT_METRIC_SUMMARIES = `
  UPDATE agent_daily_metric_summaries AS stored SET
    count = coalesce(n, 0), sum = coalesce(total, 0),
    min = coalesce(lowest, 'Infinity'), max = coalesce(highest, '-Infinity')
  FROM unnest($3::text[], $4::date[]) AS wanted (metric_name, day)
    LEFT JOIN (${COUNTED_METRICS}) AS counted USING (metric_name, day)
  WHERE stored.agent_name = $1 AND stored.metric_name = wanted.metric_name AND stored.day = wanted.day`;

/**
 * `$1` is an array of `{ run_id, finished_at, metrics }` of runs that are final and lack some of them. The runs are
 * locked: foreign keys may not be looked at in this session.
 */
export const RESTORE_METRICS = `
  WITH run AS MATERIALIZED (
    SELECT stored.id, stored.agent_name, stored.finished_at, said.metrics
    FROM jsonb_to_recordset($1::jsonb) AS said (run_id bigint, finished_at timestamptz, metrics jsonb)
      JOIN agent_runs AS stored ON stored.id = said.run_id AND stored.finished_at = said.finished_at
    ORDER BY stored.request_id
    FOR KEY SHARE OF stored
  ),
  added AS (
    INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
    SELECT run.id, run.agent_name, metric.name,
      CASE jsonb_typeof(metric.value)
        WHEN 'number' THEN metric.value::numeric
        WHEN 'boolean' THEN metric.value::boolean::int::numeric
      END,
      CASE jsonb_typeof(metric.value) WHEN 'string' THEN metric.value #>> '{}' END, run.finished_at
    FROM run, jsonb_each(run.metrics) AS metric (name, value)
    WHERE NOT EXISTS (
      SELECT FROM agent_metrics AS known
      WHERE known.run_id = run.id AND known.metric_name = metric.name AND known.recorded_at = run.finished_at
    )
    ON CONFLICT DO NOTHING
    RETURNING agent_name, metric_name, metric_value, recorded_at
  )
  INSERT INTO agent_daily_metric_summaries AS stored (agent_name, metric_name, day, count, sum, min, max)
  SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date, count(*), sum(metric_value),
    min(metric_value), max(metric_value)
  FROM added WHERE metric_value IS NOT NULL
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (agent_name, metric_name, day) DO UPDATE SET
    count = stored.count + EXCLUDED.count,
    sum = stored.sum + EXCLUDED.sum,
    min = least(stored.min, EXCLUDED.min),
    max = greatest(stored.max, EXCLUDED.max)`;

export const ROWS_WITHOUT_RUN = `
  SELECT table_name, run_id, rows, count(*) OVER () AS total
  FROM agent_rows_without_run ORDER BY table_name, run_id LIMIT 20`;
