import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs with their metrics, attempts and logs. Names are compared bytewise: they are ASCII, and it is the faster index. */
export class CreateRuns1795305600001 implements MigrationInterface {
  readonly name = 'CreateRuns1795305600001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_RUNS);
    await queryRunner.query(
      'CREATE INDEX agent_runs_agent_name_started_at ON agent_runs (agent_name, started_at)',
    );
    await queryRunner.query(
      `CREATE INDEX agent_runs_not_final ON agent_runs (requested_at) WHERE status IN ('pending', 'running')`,
    );
    await queryRunner.query(CREATE_METRICS);
    await queryRunner.query(CREATE_ATTEMPTS);
    await queryRunner.query(CREATE_LOGS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE agent_run_logs, agent_run_attempts, agent_metrics, agent_runs');
  }
}

const CREATE_RUNS = `
  CREATE TABLE agent_runs (
    id BIGSERIAL PRIMARY KEY,
    request_id VARCHAR(100) COLLATE "C" NOT NULL,
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    status VARCHAR(20) NOT NULL,
    trigger VARCHAR(20) NOT NULL,
    schedule_name VARCHAR(100),
    scheduled_for TIMESTAMPTZ,
    requested_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    attempt INT NOT NULL DEFAULT 0,
    input JSONB,
    result JSONB,
    error_message TEXT,
    failure_reason VARCHAR(20),
    progress DOUBLE PRECISION,
    progress_message TEXT,
    progress_attempt INT,
    progress_at TIMESTAMPTZ,
    executor TEXT,
    report_hash VARCHAR(64),
    stored_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT agent_runs_request_id_key UNIQUE (request_id),
    CONSTRAINT agent_runs_status_check CHECK (status IN ('pending', 'running', 'success', 'failed', 'cancelled')),
    CONSTRAINT agent_runs_finished_at_check CHECK ((finished_at IS NULL) = (status IN ('pending', 'running')))
  )`;

const CREATE_METRICS = `
  CREATE TABLE agent_metrics (
    id BIGSERIAL PRIMARY KEY,
    run_id BIGINT NOT NULL REFERENCES agent_runs (id) ON DELETE CASCADE,
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    metric_name VARCHAR(200) COLLATE "C" NOT NULL,
    metric_value NUMERIC,
    metric_text TEXT,
    recorded_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT agent_metrics_run_id_metric_name_key UNIQUE (run_id, metric_name),
    CONSTRAINT agent_metrics_value_check CHECK (num_nonnulls(metric_value, metric_text) = 1)
  )`;

/** Attempts that ended without deciding their run. */
const CREATE_ATTEMPTS = `
  CREATE TABLE agent_run_attempts (
    run_id BIGINT NOT NULL REFERENCES agent_runs (id) ON DELETE CASCADE,
    attempt INT NOT NULL,
    reason VARCHAR(20) NOT NULL,
    error_message TEXT,
    executor TEXT,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (run_id, attempt)
  )`;

const CREATE_LOGS = `
  CREATE TABLE agent_run_logs (
    id BIGSERIAL PRIMARY KEY,
    run_id BIGINT NOT NULL REFERENCES agent_runs (id) ON DELETE CASCADE,
    attempt INT NOT NULL,
    line INT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    level VARCHAR(20) NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT agent_run_logs_run_id_attempt_line_key UNIQUE (run_id, attempt, line)
  )`;
