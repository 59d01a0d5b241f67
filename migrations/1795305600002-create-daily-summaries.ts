import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sums per agent and UTC day on which runs finished, kept by ingest in the transaction that finishes the run.
 * Their rows are updated over and over: the free space of each page keeps those updates off the index.
 */
export class CreateDailySummaries1795305600002 implements MigrationInterface {
  readonly name = 'CreateDailySummaries1795305600002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SUMMARIES);
    await queryRunner.query(CREATE_METRIC_SUMMARIES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE agent_daily_metric_summaries, agent_daily_summaries');
  }
}

/** Durations are milliseconds from started_at to finished_at; runs that never started have none and are not in `duration_count`. */
const CREATE_SUMMARIES = `
  CREATE TABLE agent_daily_summaries (
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    runs_success BIGINT NOT NULL DEFAULT 0,
    runs_failed BIGINT NOT NULL DEFAULT 0,
    runs_cancelled BIGINT NOT NULL DEFAULT 0,
    duration_count BIGINT NOT NULL DEFAULT 0,
    duration_ms_sum NUMERIC NOT NULL DEFAULT 0,
    duration_ms_min NUMERIC,
    duration_ms_max NUMERIC,
    PRIMARY KEY (agent_name, day)
  ) WITH (fillfactor = 50)`;

/** Metrics with numbers; text is not summarised. */
const CREATE_METRIC_SUMMARIES = `
  CREATE TABLE agent_daily_metric_summaries (
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    metric_name VARCHAR(200) COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    count BIGINT NOT NULL,
    sum NUMERIC NOT NULL,
    min NUMERIC NOT NULL,
    max NUMERIC NOT NULL,
    PRIMARY KEY (agent_name, metric_name, day)
  ) WITH (fillfactor = 50)`;
