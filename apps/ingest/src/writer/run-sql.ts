import { PreparedStatement } from './prepared-statement.js';

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
 * `running`: the attempt is over, and the run waits for the next. Returns only the rows that it wrote.
 */
export const UPSERT_RUNS = new PreparedStatement(
  'upsert_runs',
  `
  INSERT INTO agent_runs AS stored (${NAMES})
  SELECT ${NAMES} FROM jsonb_to_recordset($1::jsonb) AS change (${TYPED})
  ON CONFLICT (request_id) DO UPDATE SET ${ASSIGNMENTS}
  WHERE stored.status IN ('pending', 'running')
    AND (
      EXCLUDED.finished_at IS NOT NULL
      OR (EXCLUDED.attempt, EXCLUDED.status = 'pending') > (stored.attempt, stored.status = 'pending')
    )
  RETURNING id, request_id, finished_at IS NOT NULL AS final, report_hash`,
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
