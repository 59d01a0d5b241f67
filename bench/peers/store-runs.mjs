/** Runs in different agents do not wait for each other's daily sums. */
const AGENTS = 16;

const STORE = `
  WITH finished AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS run (
      request_id text, agent_name text, requested_at timestamptz, started_at timestamptz, finished_at timestamptz,
      input jsonb, metrics jsonb
    )
  ), stored AS (
    INSERT INTO agent_runs (
      request_id, agent_name, status, trigger, requested_at, started_at, finished_at, attempt, input
    )
    SELECT request_id, agent_name, 'success', 'manual', requested_at, started_at, finished_at, 1, input FROM finished
    ON CONFLICT (request_id) DO NOTHING
    RETURNING id, request_id
  ), measured AS (
    INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
    SELECT stored.id, agent_name, metric.key,
      CASE jsonb_typeof(metric.value)
        WHEN 'number' THEN metric.value::numeric
        WHEN 'boolean' THEN metric.value::boolean::int::numeric
      END,
      CASE jsonb_typeof(metric.value) WHEN 'string' THEN metric.value #>> '{}' END,
      finished_at
    FROM stored JOIN finished USING (request_id), jsonb_each(metrics) AS metric
  )
  INSERT INTO agent_daily_summaries AS kept (
    agent_name, day, runs_success, duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
  )
  SELECT agent_name COLLATE "C", (finished_at AT TIME ZONE 'UTC')::date, count(*), count(*), sum(ms), min(ms), max(ms)
  FROM stored JOIN finished USING (request_id),
    LATERAL (SELECT extract(epoch FROM finished_at - started_at) * 1000) AS taken (ms)
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT (agent_name, day) DO UPDATE SET
    runs_success = kept.runs_success + EXCLUDED.runs_success,
    duration_count = kept.duration_count + EXCLUDED.duration_count,
    duration_ms_sum = kept.duration_ms_sum + EXCLUDED.duration_ms_sum,
    duration_ms_min = least(kept.duration_ms_min, EXCLUDED.duration_ms_min),
    duration_ms_max = greatest(kept.duration_ms_max, EXCLUDED.duration_ms_max)`;

/** Runs the agent, which does nothing, and returns what is to be stored of it. */
export function runAgent({ request_id, published_at_ms }) {
  const begunAtMs = nowMs();
  const metrics = { begun_at_ms: begunAtMs, rows: 3, ratio: 0.25, complete: true, city: 'Málaga' };
  return {
    request_id,
    agent_name: `noop_${Number(request_id.slice(request_id.lastIndexOf('-') + 1)) % AGENTS}`,
    requested_at: new Date(published_at_ms).toISOString(),
    started_at: new Date(begunAtMs).toISOString(),
    finished_at: new Date().toISOString(),
    input: { published_at_ms },
    metrics,
  };
}

/** Writes runs with their metrics and daily sums: one statement, and so one transaction and one round trip. */
export async function storeRuns(pool, runs) {
  await pool.query({ name: 'store_runs', text: STORE, values: [JSON.stringify(runs)] });
}

/** Milliseconds since 1970 with their fractions, the same in all processes of a machine. */
export function nowMs() {
  return performance.timeOrigin + performance.now();
}
