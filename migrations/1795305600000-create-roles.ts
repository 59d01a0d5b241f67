import type { MigrationInterface, QueryRunner } from 'typeorm';

const ROLES = ['agent_platform_ingest', 'agent_platform_api', 'webapp_readonly'];
const ALL_ROLES = ROLES.join(', ');

/**
 * The group roles and what each may do, also on the tables of every later migration. `webapp_readonly` is what the
 * login of a web application is granted. None of them can log in by itself.
 */
export class CreateRoles1795305600000 implements MigrationInterface {
  readonly name = 'CreateRoles1795305600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const role of ROLES) {
      await queryRunner.query(createRoleIfMissing(role));
    }
    await onThisDatabase(queryRunner, 'REVOKE ALL', 'FROM PUBLIC');
    await onThisDatabase(queryRunner, 'GRANT CONNECT', `TO ${ALL_ROLES}`);
    await queryRunner.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    await queryRunner.query(`GRANT USAGE ON SCHEMA public TO ${ALL_ROLES}`);
    // What exists already is the table of the migrations: everyone may verify it, nobody but the owner writes it.
    await queryRunner.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${ALL_ROLES}`);
    await defaultPrivileges(queryRunner, `GRANT SELECT ON TABLES TO ${ALL_ROLES}`);
    await defaultPrivileges(queryRunner, 'GRANT INSERT, UPDATE ON TABLES TO agent_platform_ingest');
    await defaultPrivileges(queryRunner, 'GRANT USAGE ON SEQUENCES TO agent_platform_ingest');
  }

  /** Takes back what this database granted. The roles stay: other databases of the cluster and logins depend on them. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await defaultPrivileges(queryRunner, `REVOKE ALL ON TABLES FROM ${ALL_ROLES}`);
    await defaultPrivileges(queryRunner, `REVOKE ALL ON SEQUENCES FROM ${ALL_ROLES}`);
    await queryRunner.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${ALL_ROLES}`);
    await queryRunner.query(`REVOKE ALL ON SCHEMA public FROM ${ALL_ROLES}`);
    await queryRunner.query('GRANT USAGE ON SCHEMA public TO PUBLIC');
    await onThisDatabase(queryRunner, 'REVOKE ALL', `FROM ${ALL_ROLES}`);
    await onThisDatabase(queryRunner, 'GRANT CONNECT, TEMPORARY', 'TO PUBLIC');
  }
}

/**
 * Roles belong to the cluster, so another database may have made the role, or be making it right now: then the
 * creation waits for that transaction and meets its result as a duplicate. An owner that may not create roles can go
 * on with roles that an administrator has made.
 */
function createRoleIfMissing(role: string): string {
  return `
    DO $$
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
        CREATE ROLE ${role} NOLOGIN;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END
    $$`;
}

/** GRANT and REVOKE take no expression as the database's name. */
async function onThisDatabase(queryRunner: QueryRunner, privileges: string, grantees: string): Promise<void> {
  await queryRunner.query(`
    DO $$
    BEGIN
      EXECUTE format('${privileges} ON DATABASE %I ${grantees}', current_database());
    END
    $$`);
}

async function defaultPrivileges(queryRunner: QueryRunner, change: string): Promise<void> {
  await queryRunner.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA public ${change}`);
}
