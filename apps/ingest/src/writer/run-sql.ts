import { PreparedStatement } from './prepared-statement.js';
import { FINISHING } from './summary-sql.js';

const COLUMNS = [
  ['request_id', 'text'],
  ['agent_name', 'text'],
  ['status', 'text'],
  ['attempt', 'int'],
  ['trigger', 'text'],
  ['schedule_name', 'text'],
  ['scheduled_for', 'timestamptz'],
  ['requested_at', 'timestamptz'],
  ['started_at', 'timestamptz'],
  ['finished_at', 'timestamptz'],
  ['input', 'jsonb'],
  ['result', 'jsonb'],
  ['error_message', 'text'],
  ['failure_reason', 'text'],
  ['executor', 'text'],
  ['report_hash', 'text'],
] as const;

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const TYPED = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
const ASSIGNMENTS = COLUMNS.filter(([name]) => name !== 'request_id')
  .map(([name]) => `${name} = EXCLUDED.${name}`)
  .join(', ');

/**
 * Every column comes from the newest event. A final row never changes. Within one attempt `pending` comes after
 * `running`: the attempt is over, and the run waits for the next. Writes only what changes; every row that was there is
 * locked until the commit, also where it stays as it is, so nobody can delete it meanwhile.
 */
const ON_CONFLICT = `
  ON CONFLICT (request_id) DO UPDATE SET ${ASSIGNMENTS}
  WHERE stored.status IN ('pending', 'running')
    AND (
      EXCLUDED.finished_at IS NOT NULL
      OR (EXCLUDED.attempt, EXCLUDED.status = 'pending') > (stored.attempt, stored.status = 'pending')
    )`;

/** Returns only the rows that it wrote. */
export const UPSERT_RUNS = new PreparedStatement(
  'upsert_runs',
  `
  INSERT INTO agent_runs AS stored (${NAMES})
  SELECT ${NAMES} FROM jsonb_to_recordset($1::jsonb) AS change (${TYPED})
  ${ON_CONFLICT}
  RETURNING id, request_id, finished_at IS NOT NULL AS final, report_hash`,
);

/**
 * `UPSERT_RUNS` and `FINISH_RUNS` in one: `$1` is an array of rows, each with the metrics of its run. One statement is
 * one round trip, one transaction without BEGIN and COMMIT, and each value is read once.
 */
export const UPSERT_AND_FINISH_RUNS = new PreparedStatement(
  'upsert_and_finish_runs',
  `
  WITH change AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS change (${TYPED}, metrics jsonb)
  ),
  written AS (
    INSERT INTO agent_runs AS stored (${NAMES})
    SELECT ${NAMES} FROM change
    ${ON_CONFLICT}
    RETURNING id, request_id, agent_name, status, started_at, finished_at, report_hash
  ),
  finished AS MATERIALIZED (
    SELECT written.*, change.metrics
    FROM written JOIN change ON change.request_id = written.request_id
    WHERE written.finished_at IS NOT NULL
  ),
  ${FINISHING}
  SELECT id, request_id, finished_at IS NOT NULL AS final, report_hash FROM written`,
);

export const FIND_RUNS = `
  SELECT id, request_id, report_hash FROM agent_runs WHERE request_id = ANY ($1::text[])`;

/** Known runs are filtered out before the insert, because a conflict would use up a value of the sequence. */
export const INSERT_PENDING_RUNS = `
  INSERT INTO agent_runs (${NAMES})
  SELECT ${NAMES} FROM jsonb_to_recordset($1::jsonb) AS request (${TYPED})
  WHERE NOT EXISTS (SELECT FROM agent_runs known WHERE known.request_id = request.request_id)
  ON CONFLICT (request_id) DO NOTHING`;

export const INSERT_ATTEMPTS = new PreparedStatement(
  'insert_attempts',
  `
  INSERT INTO agent_run_attempts (run_id, attempt, reason, error_message, executor, started_at, finished_at)
  SELECT run_id, attempt, reason, error_message, executor, started_at, finished_at
  FROM jsonb_to_recordset($1::jsonb) AS ended (
    run_id bigint, attempt int, reason text, error_message text, executor text,
    started_at timestamptz, finished_at timestamptz
  )
  ON CONFLICT (run_id, attempt) DO NOTHING`,
);

/**
 * The newest word wins, whatever comes in between: so the row is the same in whatever order events arrive. The rows
 * are locked already, in order, by the upsert of the same events.
 */
export const UPDATE_PROGRESS = new PreparedStatement(
  'update_progress',
  `
  UPDATE agent_runs AS stored
  SET progress = said.progress, progress_message = said.progress_message,
    progress_attempt = said.attempt, progress_at = said.progress_at
  FROM jsonb_to_recordset($1::jsonb) AS said (
    request_id text, attempt int, progress float8, progress_message text, progress_at timestamptz
  )
  WHERE stored.request_id = said.request_id
    AND (
      stored.progress_at IS NULL
      OR (said.attempt, said.progress_at) > (stored.progress_attempt, stored.progress_at)
    )`,
);

export const INSERT_LOGS = new PreparedStatement(
  'insert_logs',
  `
  INSERT INTO agent_run_logs (run_id, attempt, line, at, level, message)
  SELECT run_id, attempt, line, at, level, message
  FROM jsonb_to_recordset($1::jsonb) AS entry (
    run_id bigint, attempt int, line int, at timestamptz, level text, message text
  )
  ORDER BY run_id, attempt, line
  ON CONFLICT (run_id, attempt, line, at) DO NOTHING`,
);
