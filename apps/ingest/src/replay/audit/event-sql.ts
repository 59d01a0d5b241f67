export const FIND_RUNS = `
  SELECT id, request_id, attempt, status = 'pending' AS waits, finished_at IS NOT NULL AS final
  FROM agent_runs WHERE request_id = ANY ($1::text[])`;

/**
 * The final events that made the row of their run, and how many of their metrics are there. `$1` is an array of
 * `{ index, request_id, status, attempt, finished_at, names }`.
 */
export const FIND_DECIDING = `
  SELECT said.index, (
      SELECT count(*) FROM agent_metrics AS metric
      WHERE metric.run_id = run.id AND metric.recorded_at = run.finished_at
        AND metric.metric_name = ANY (said.names)
    ) AS metrics
  FROM jsonb_to_recordset($1::jsonb) AS said (
      index int, request_id text, status text, attempt int, finished_at timestamptz, names text[]
    )
    JOIN agent_runs AS run ON run.request_id = said.request_id AND run.status = said.status
      AND run.attempt = said.attempt AND run.finished_at = said.finished_at`;

/** `$1` is an array of `{ index, run_id, attempt }`. */
export const FIND_ATTEMPTS = `
  SELECT said.index
  FROM jsonb_to_recordset($1::jsonb) AS said (index int, run_id bigint, attempt int)
    JOIN agent_run_attempts AS ended ON ended.run_id = said.run_id AND ended.attempt = said.attempt`;

/** `$1` is an array of `{ index, run_id, attempt, first, last, from_at, to_at }`. */
export const COUNT_LINES = `
  SELECT said.index, (
      SELECT count(*) FROM agent_run_logs AS entry
      WHERE entry.run_id = said.run_id AND entry.attempt = said.attempt
        AND entry.line BETWEEN said.first AND said.last AND entry.at BETWEEN said.from_at AND said.to_at
    ) AS lines
  FROM jsonb_to_recordset($1::jsonb) AS said (
    index int, run_id bigint, attempt int, first int, last int, from_at timestamptz, to_at timestamptz
  )`;
