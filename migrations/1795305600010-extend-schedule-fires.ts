import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of many fires at once, a way from a run to its fire, and how far each schedule is decided. */
export class ExtendScheduleFires1795305600010 implements MigrationInterface {
  readonly name = 'ExtendScheduleFires1795305600010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(EXTEND_FIRES);
    await queryRunner.query(FIRES_BY_REQUEST);
    await queryRunner.query(FIRES_BY_TIME);
    await queryRunner.query(CREATE_POSITIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE schedule_positions');
    await queryRunner.query('DROP INDEX schedule_fires_scheduled_for_idx');
    await queryRunner.query('DROP INDEX schedule_fires_request_id_idx');
    await queryRunner.query(ONE_ROW_PER_INSTANT);
    await queryRunner.query(SHRINK_FIRES);
  }
}

/**
 * A row may stand for many fires in a row, from `scheduled_for` to `scheduled_until`: at least `fires` of them. It is in
 * the key, because the first of them may get a row of its own, when somebody fills it in.
 */
const EXTEND_FIRES = `
  ALTER TABLE schedule_fires
    ADD COLUMN fires INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN scheduled_until TIMESTAMPTZ,
    DROP CONSTRAINT schedule_fires_pkey,
    ADD PRIMARY KEY (agent_name, schedule_name, scheduled_for, fires)`;

const ONE_ROW_PER_INSTANT = 'DELETE FROM schedule_fires WHERE fires > 1';
const SHRINK_FIRES = `
  ALTER TABLE schedule_fires
    DROP CONSTRAINT schedule_fires_pkey,
    DROP COLUMN fires,
    DROP COLUMN scheduled_until,
    ADD PRIMARY KEY (agent_name, schedule_name, scheduled_for)`;

/** The run of a fire is the one with its \`request_id\`. */
const FIRES_BY_REQUEST = `
  CREATE INDEX schedule_fires_request_id_idx ON schedule_fires (request_id) WHERE request_id IS NOT NULL`;

const FIRES_BY_TIME = `
  CREATE INDEX schedule_fires_scheduled_for_idx ON schedule_fires (scheduled_for)`;

/**
 * Every fire of a schedule up to \`decided_until\` is decided. \`overdue_since\` is the first one that should be and is
 * not; it is cleared when it is.
 */
const CREATE_POSITIONS = `
  CREATE TABLE schedule_positions (
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    schedule_name VARCHAR(100) COLLATE "C" NOT NULL,
    decided_until TIMESTAMPTZ,
    has_ended BOOLEAN NOT NULL DEFAULT false,
    stored_at TIMESTAMPTZ NOT NULL,
    overdue_since TIMESTAMPTZ,
    PRIMARY KEY (agent_name, schedule_name)
  )`;
