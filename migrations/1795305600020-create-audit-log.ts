import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed what. For people who run the platform: a web application has no business with it. */
export class CreateAuditLog1795305600020 implements MigrationInterface {
  readonly name = 'CreateAuditLog1795305600020';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_AUDIT_LOG);
    await queryRunner.query('CREATE INDEX audit_log_at ON audit_log (at)');
    await queryRunner.query('CREATE INDEX audit_log_target ON audit_log (target) WHERE target IS NOT NULL');
    await queryRunner.query('REVOKE SELECT ON audit_log FROM webapp_readonly');
    await queryRunner.query('REVOKE UPDATE ON audit_log FROM agent_platform_ingest');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_log');
  }
}

const CREATE_AUDIT_LOG = `
  CREATE TABLE audit_log (
    id BIGSERIAL PRIMARY KEY,
    entry_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    action VARCHAR(200) NOT NULL,
    actor_kind VARCHAR(20) NOT NULL,
    actor VARCHAR(300) NOT NULL,
    target VARCHAR(300),
    outcome VARCHAR(20) NOT NULL,
    status INT NOT NULL,
    address VARCHAR(100),
    details JSONB,
    CONSTRAINT audit_log_entry_id_key UNIQUE (entry_id)
  )`;
