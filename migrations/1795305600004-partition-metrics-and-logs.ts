import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PARTITION_FUNCTIONS, PARTITION_FUNCTION_NAMES } from './partition-functions.js';

/** Months that have a partition from the start: the one that runs and those that follow. Ingest makes the later ones. */
const MONTHS = 4;

/**
 * `agent_metrics` and `agent_run_logs` by month (UTC), so that what is too old goes as a whole table, at once and
 * without traces. Months, because a query that names a run and no time looks into every partition: 12 a year are few.
 * What lies outside of all months, as a finished run of years ago that is reported today, is kept in a default partition.
 */
export class PartitionMetricsAndLogs1795305600004 implements MigrationInterface {
  readonly name = 'PartitionMetricsAndLogs1795305600004';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Whoever writes waits until all is moved.
    await queryRunner.query('LOCK TABLE agent_runs IN SHARE ROW EXCLUSIVE MODE');
    await queryRunner.query('CREATE SCHEMA replaced');
    for (const sql of PARTITION_FUNCTIONS) {
      await queryRunner.query(sql);
    }
    for (const name of PARTITION_FUNCTION_NAMES) {
      await queryRunner.query(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
      await queryRunner.query(`GRANT EXECUTE ON FUNCTION ${name} TO agent_platform_ingest`);
    }
    await replace(queryRunner, 'agent_metrics', [METRICS_BY_MONTH, METRICS_BY_AGENT_AND_PLACE]);
    await replace(queryRunner, 'agent_run_logs', [LOGS_BY_MONTH]);
    await partition(queryRunner, 'agent_metrics', 'recorded_at');
    await partition(queryRunner, 'agent_run_logs', 'at');
    await queryRunner.query('DROP SCHEMA replaced');
    await queryRunner.query(ROWS_WITHOUT_RUN);
    await queryRunner.query(GRANT_TRUST);
  }

  /** Leaves the grant: parameters belong to the cluster, so other databases may rely on it. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW agent_rows_without_run');
    await queryRunner.query('CREATE SCHEMA replaced');
    await replace(queryRunner, 'agent_metrics', [METRICS_IN_ONE]);
    await moveRows(queryRunner, 'agent_metrics');
    await replace(queryRunner, 'agent_run_logs', [LOGS_IN_ONE]);
    await moveRows(queryRunner, 'agent_run_logs');
    await queryRunner.query('DROP SCHEMA replaced');
    for (const name of PARTITION_FUNCTION_NAMES) {
      await queryRunner.query(`DROP FUNCTION ${name}`);
    }
  }
}

/** Makes a table anew under its name. The old one, with its rows, is in the schema `replaced` until they are moved. */
async function replace(queryRunner: QueryRunner, table: string, creation: readonly string[]): Promise<void> {
  // The sequence stays behind: ids go on where they were.
  await queryRunner.query(`ALTER SEQUENCE ${table}_id_seq OWNED BY NONE`);
  await queryRunner.query(`ALTER TABLE ${table} SET SCHEMA replaced`);
  for (const sql of creation) {
    await queryRunner.query(sql);
  }
  await queryRunner.query(`ALTER SEQUENCE ${table}_id_seq OWNED BY ${table}.id`);
}

/** Makes the default partition, those of the next months and those of all rows that are not from another time. */
async function partition(queryRunner: QueryRunner, table: string, time: string): Promise<void> {
  await queryRunner.query(`CREATE TABLE ${table}_default PARTITION OF ${table} DEFAULT`);
  await queryRunner.query(`
    SELECT agent_partition_create('${table}', month)
    FROM (
      SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + ahead * interval '1 month')::date AS month
      FROM generate_series(0, ${MONTHS - 1}) AS ahead
      UNION
      SELECT date_trunc('month', ${time} AT TIME ZONE 'UTC')::date
      FROM replaced.${table}
      WHERE ${time} > now() - interval '10 years' AND ${time} < now()
    ) AS months
    ORDER BY month`);
  await moveRows(queryRunner, table);
}

async function moveRows(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`INSERT INTO ${table} SELECT * FROM replaced.${table}`);
  await queryRunner.query(`DROP TABLE replaced.${table}`);
}

const METRIC_COLUMNS = `
  id BIGINT NOT NULL DEFAULT nextval('agent_metrics_id_seq'),
  run_id BIGINT NOT NULL REFERENCES agent_runs (id) ON DELETE CASCADE,
  agent_name VARCHAR(100) COLLATE "C" NOT NULL,
  metric_name VARCHAR(200) COLLATE "C" NOT NULL,
  metric_value NUMERIC,
  metric_text TEXT,
  recorded_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT agent_metrics_value_check CHECK (num_nonnulls(metric_value, metric_text) = 1)`;

/**
 * A unique key of a partitioned table has the time in it. That a run has each metric once follows all the same: they
 * are written once, when the run becomes final, and all with the time of its end.
 */
const METRICS_BY_MONTH = `
  CREATE TABLE agent_metrics (
    ${METRIC_COLUMNS},
    PRIMARY KEY (id, recorded_at),
    CONSTRAINT agent_metrics_run_id_metric_name_key UNIQUE (run_id, metric_name, recorded_at)
  ) PARTITION BY RANGE (recorded_at)`;

/**
 * Finds the few places of an agent that runs seldom, for hardly any cost of writing; a b-tree of agents makes writing
 * a fifth dearer. Ingest has them noted every hour; what is newer is read as it is. With the id, a page of metrics is
 * looked for among the newest first.
 */
const METRICS_BY_AGENT_AND_PLACE = `
  CREATE INDEX agent_metrics_place ON agent_metrics USING brin (
    agent_name text_bloom_ops (n_distinct_per_range = 256, false_positive_rate = 0.001),
    recorded_at timestamptz_minmax_ops,
    id int8_minmax_ops
  ) WITH (pages_per_range = 64)`;

const METRICS_IN_ONE = `
  CREATE TABLE agent_metrics (
    ${METRIC_COLUMNS},
    PRIMARY KEY (id),
    CONSTRAINT agent_metrics_run_id_metric_name_key UNIQUE (run_id, metric_name)
  )`;

const LOG_COLUMNS = `
  id BIGINT NOT NULL DEFAULT nextval('agent_run_logs_id_seq'),
  run_id BIGINT NOT NULL REFERENCES agent_runs (id) ON DELETE CASCADE,
  attempt INT NOT NULL,
  line INT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  level VARCHAR(20) NOT NULL,
  message TEXT NOT NULL`;

/** A line that comes again has the same time. */
const LOGS_BY_MONTH = `
  CREATE TABLE agent_run_logs (
    ${LOG_COLUMNS},
    PRIMARY KEY (id, at),
    CONSTRAINT agent_run_logs_run_id_attempt_line_key UNIQUE (run_id, attempt, line, at)
  ) PARTITION BY RANGE (at)`;

const LOGS_IN_ONE = `
  CREATE TABLE agent_run_logs (
    ${LOG_COLUMNS},
    PRIMARY KEY (id),
    CONSTRAINT agent_run_logs_run_id_attempt_line_key UNIQUE (run_id, attempt, line)
  )`;

/** Empty, whatever ingest is trusted with. To look is to read all of the tables. */
const ROWS_WITHOUT_RUN = `
  CREATE VIEW agent_rows_without_run AS
  SELECT 'agent_metrics' AS table_name, run_id, count(*) AS rows FROM agent_metrics AS child
  WHERE NOT EXISTS (SELECT FROM agent_runs WHERE agent_runs.id = child.run_id) GROUP BY run_id
  UNION ALL
  SELECT 'agent_run_logs', run_id, count(*) FROM agent_run_logs AS child
  WHERE NOT EXISTS (SELECT FROM agent_runs WHERE agent_runs.id = child.run_id) GROUP BY run_id
  UNION ALL
  SELECT 'agent_run_attempts', run_id, count(*) FROM agent_run_attempts AS child
  WHERE NOT EXISTS (SELECT FROM agent_runs WHERE agent_runs.id = child.run_id) GROUP BY run_id`;

/**
 * Ingest writes runs and their metrics together, and may skip the look-up of each run. Only a superuser can allow
 * it, or let the owner allow it. Parameters belong to the cluster: another database may be granting the same now.
 */
const GRANT_TRUST = `
  DO $$
  BEGIN
    IF NOT has_parameter_privilege('agent_platform_ingest', 'session_replication_role', 'SET') THEN
      GRANT SET ON PARAMETER session_replication_role TO agent_platform_ingest;
    END IF;
  EXCEPTION
    WHEN insufficient_privilege THEN
      RAISE NOTICE 'Ingest checks the run of every metric: the owner may not grant SET ON PARAMETER session_replication_role';
    WHEN internal_error OR unique_violation THEN
      NULL;
  END
  $$`;
