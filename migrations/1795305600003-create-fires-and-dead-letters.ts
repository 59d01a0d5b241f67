import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of each fire of a schedule, and the messages that nobody could understand. */
export class CreateFiresAndDeadLetters1795305600003 implements MigrationInterface {
  readonly name = 'CreateFiresAndDeadLetters1795305600003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_FIRES);
    await queryRunner.query(CREATE_DEAD_LETTERS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE dead_letters, schedule_fires');
  }
}

const CREATE_FIRES = `
  CREATE TABLE schedule_fires (
    agent_name VARCHAR(100) COLLATE "C" NOT NULL,
    schedule_name VARCHAR(100) COLLATE "C" NOT NULL,
    scheduled_for TIMESTAMPTZ NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    reason TEXT,
    request_id VARCHAR(100) COLLATE "C",
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (agent_name, schedule_name, scheduled_for)
  )`;

/** `stream` and `sequence` say where the message was read, so that the same message is kept once. */
const CREATE_DEAD_LETTERS = `
  CREATE TABLE dead_letters (
    id BIGSERIAL PRIMARY KEY,
    stage VARCHAR(50) NOT NULL,
    reason TEXT NOT NULL,
    stream VARCHAR(255) NOT NULL,
    sequence BIGINT NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL,
    subject TEXT NOT NULL,
    headers JSONB NOT NULL,
    payload BYTEA NOT NULL,
    dead_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT dead_letters_message_key UNIQUE (stream, sequence, stored_at)
  )`;
