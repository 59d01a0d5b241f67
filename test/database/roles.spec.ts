import { runMigrations } from '#database';
import { Client, type DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrivateDatabase } from '../support/private-database.js';

const PASSWORD = 'for-tests-only';
const INSUFFICIENT_PRIVILEGE = '42501';

const RUN = `INSERT INTO agent_runs (request_id, agent_name, status, trigger, requested_at)
  VALUES ('role-spec', 'weather', 'pending', 'message', now())`;

type Verdict = 'allowed' | 'denied';

interface Case {
  readonly name: string;
  readonly sql: string;
  /** ingest, api, web application. */
  readonly verdicts: readonly [Verdict, Verdict, Verdict];
}

const READ: Case['verdicts'] = ['allowed', 'allowed', 'allowed'];
const WRITE: Case['verdicts'] = ['allowed', 'denied', 'denied'];
const KEPT_FROM_WEBAPP: Case['verdicts'] = ['allowed', 'allowed', 'denied'];
const NEVER: Case['verdicts'] = ['denied', 'denied', 'denied'];

const CASES: readonly Case[] = [
  { name: 'read runs', sql: 'SELECT * FROM agent_runs', verdicts: READ },
  { name: 'read metrics', sql: 'SELECT * FROM agent_metrics', verdicts: READ },
  { name: 'read summaries', sql: 'SELECT * FROM agent_daily_summaries', verdicts: READ },
  { name: 'read metric summaries', sql: 'SELECT * FROM agent_daily_metric_summaries', verdicts: READ },
  { name: 'read attempts and logs', sql: 'SELECT FROM agent_run_attempts, agent_run_logs', verdicts: READ },
  { name: 'read fires and dead letters', sql: 'SELECT FROM schedule_fires, dead_letters', verdicts: READ },
  { name: 'verify the migrations', sql: 'SELECT * FROM agent_platform_migrations', verdicts: READ },
  { name: 'read who changed what', sql: 'SELECT * FROM audit_log', verdicts: KEPT_FROM_WEBAPP },
  { name: 'change who changed what', sql: `UPDATE audit_log SET actor = 'nobody'`, verdicts: NEVER },
  { name: 'insert a run', sql: RUN, verdicts: WRITE },
  { name: 'update a run', sql: `UPDATE agent_runs SET status = 'running'`, verdicts: WRITE },
  { name: 'delete a run', sql: 'DELETE FROM agent_runs', verdicts: NEVER },
  { name: 'empty a table', sql: 'TRUNCATE agent_metrics', verdicts: NEVER },
  { name: 'lock a table', sql: 'LOCK TABLE agent_runs IN EXCLUSIVE MODE', verdicts: WRITE },
  { name: 'set a sequence back', sql: `SELECT setval('agent_runs_id_seq', 1)`, verdicts: NEVER },
  { name: 'pretend a migration', sql: 'UPDATE agent_platform_migrations SET name = name', verdicts: NEVER },
  { name: 'create a table', sql: 'CREATE TABLE mine (id INT)', verdicts: NEVER },
  { name: 'create a temporary table', sql: 'CREATE TEMPORARY TABLE mine (id INT)', verdicts: NEVER },
  { name: 'create a schema', sql: 'CREATE SCHEMA mine', verdicts: NEVER },
  {
    name: 'create a function',
    sql: `CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'`,
    verdicts: NEVER,
  },
  { name: 'alter a table', sql: 'ALTER TABLE agent_runs ADD COLUMN mine INT', verdicts: NEVER },
  { name: 'drop a table', sql: 'DROP TABLE agent_metrics', verdicts: NEVER },
  { name: 'run a program', sql: `COPY agent_runs FROM PROGRAM 'true'`, verdicts: NEVER },
  { name: 'read a file', sql: `SELECT pg_read_file('/etc/hostname')`, verdicts: NEVER },
  { name: 'become the owner', sql: 'SET ROLE agent_platform', verdicts: NEVER },
];

const ROLES = ['agent_platform_ingest', 'agent_platform_api', 'webapp_readonly'] as const;

let database: PrivateDatabase;
let superuser: Client;
let owner: Client;
const logins: Client[] = [];

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

function loginName(role: string): string {
  return `${role}_${database.name}`;
}

async function connectAsMemberOf(role: string): Promise<Client> {
  await superuser.query(`CREATE ROLE ${loginName(role)} LOGIN PASSWORD '${PASSWORD}' IN ROLE ${role}`);
  const url = new URL(database.ownerUrl);
  url.username = loginName(role);
  url.password = PASSWORD;
  return connect(url.href);
}

/** Tries the statement and takes it back. */
async function verdictOn(client: Client, sql: string): Promise<Verdict> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    return 'allowed';
  } catch (error) {
    if ((error as DatabaseError).code !== INSUFFICIENT_PRIVILEGE) {
      throw error;
    }
    return 'denied';
  } finally {
    await client.query('ROLLBACK');
  }
}

beforeAll(async () => {
  database = await PrivateDatabase.create();
  await runMigrations(database.ownerUrl);
  superuser = await connect(database.superuserUrl);
  owner = await connect(database.ownerUrl);
  for (const role of ROLES) {
    logins.push(await connectAsMemberOf(role));
  }
});

afterAll(async () => {
  await Promise.all(logins.map((client) => client.end()));
  for (const role of ROLES) {
    await superuser?.query(`DROP ROLE IF EXISTS ${loginName(role)}`);
  }
  await superuser?.end();
  await owner?.end();
  await database?.drop();
});

describe('logins that are granted a role', () => {
  it.each(CASES)('may $name: $verdicts', async ({ sql, verdicts }) => {
    const found: Verdict[] = [];
    for (const client of logins) {
      found.push(await verdictOn(client, sql));
    }
    expect(found).toEqual(verdicts);
  });

  it('may skip the look-up of foreign keys as ingest only, and only where the owner may grant it', async () => {
    const { rows } = await owner.query<{ may: boolean }>(
      `SELECT has_parameter_privilege('session_replication_role', 'SET WITH GRANT OPTION') AS may`,
    );
    const expected = rows[0]?.may === true ? WRITE : NEVER;
    for (const [index, client] of logins.entries()) {
      expect(await verdictOn(client, `SET session_replication_role = 'replica'`)).toBe(expected[index]);
    }
  });

  it('cannot log in as the role itself', async () => {
    const { rows } = await superuser.query(
      'SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) AND (rolcanlogin OR rolsuper OR rolcreaterole)',
      [ROLES],
    );
    expect(rows).toEqual([]);
  });

  it('may read a table of a later migration, and only ingest may write it', async () => {
    await owner.query('CREATE TABLE later (id BIGSERIAL PRIMARY KEY, word TEXT)');
    for (const [index, client] of logins.entries()) {
      expect(await verdictOn(client, 'SELECT * FROM later')).toBe(READ[index]);
      expect(await verdictOn(client, `INSERT INTO later (word) VALUES ('x')`)).toBe(WRITE[index]);
      expect(await verdictOn(client, 'DELETE FROM later')).toBe(NEVER[index]);
    }
  });

  it('are the only ones: a stranger does not get in', async () => {
    const stranger = `stranger_${database.name}`;
    await superuser.query(`CREATE ROLE ${stranger} LOGIN PASSWORD '${PASSWORD}'`);
    const url = new URL(database.ownerUrl);
    url.username = stranger;
    url.password = PASSWORD;
    try {
      await expect(connect(url.href)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    } finally {
      await superuser.query(`DROP ROLE ${stranger}`);
    }
  });
});
