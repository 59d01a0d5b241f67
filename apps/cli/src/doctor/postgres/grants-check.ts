import type { Client } from 'pg';
import type { Findings } from '../finding.js';
import { type Grant, GROUP_ROLES, isWanted, PRIVILEGES, TABLES } from './wanted-grants.js';

const MOST_NAMED = 5;

const GRANTS = `
  SELECT role, name AS table, privilege, has_table_privilege(role, 'public.' || name, privilege) AS has
  FROM unnest($1::text[]) AS role, unnest($2::text[]) AS name, unnest($3::text[]) AS privilege
  WHERE to_regclass('public.' || name) IS NOT NULL`;

const FUNCTIONS_WITHOUT = `
  SELECT proname AS name FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND proname ~ '^agent_(partition_|runs_delete_old)'
    AND NOT has_function_privilege('agent_platform_ingest', oid, 'EXECUTE')`;

const MEMBERS = `
  SELECT groups.rolname AS role, members.rolname AS member,
    members.rolsuper OR members.rolbypassrls AS is_mighty
  FROM pg_auth_members
  JOIN pg_roles AS groups ON groups.oid = roleid
  JOIN pg_roles AS members ON members.oid = member
  WHERE groups.rolname = ANY ($1) AND members.rolcanlogin`;

/** Whether the roles are there and may do what they need, and no more. */
export async function checkGrants(client: Client, setupHint: string, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)',
    [GROUP_ROLES],
  );
  const missing = GROUP_ROLES.filter((role) => rows.every(({ name }) => name !== role));
  if (missing.length > 0) {
    findings.problem('roles', `Roles are missing: ${missing.join(', ')}`, setupHint);
    return;
  }
  await checkLogins(client, setupHint, findings);
  await checkPublic(client, findings);
  await checkTables(client, findings);
}

async function checkLogins(client: Client, setupHint: string, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ role: string; member: string; is_mighty: boolean }>(MEMBERS, [
    GROUP_ROLES,
  ]);
  const needed = GROUP_ROLES.filter((role) => role !== 'webapp_readonly');
  const without = needed.filter((role) => rows.every((row) => row.role !== role));
  const mighty = rows.filter(({ is_mighty }) => is_mighty).map(({ member }) => member);
  if (without.length > 0) {
    const advice = `${setupHint} with INGEST_DB_PASSWORD and API_DB_PASSWORD, or grant the roles to logins of your own`;
    findings.warning('roles', `No login has the rights of ${without.join(', ')}`, advice);
  }
  if (mighty.length > 0) {
    const advice = `ALTER ROLE ${mighty[0]} NOSUPERUSER NOBYPASSRLS`;
    findings.warning('roles', `Logins that may do everything: ${mighty.join(', ')}`, advice);
  }
  if (without.length + mighty.length === 0) {
    findings.ok('roles', `${GROUP_ROLES.join(', ')} are there, with logins that have their rights`);
  }
}

async function checkPublic(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ may: boolean; database: string }>(
    `SELECT has_database_privilege('public', current_database(), 'CONNECT') AS may, current_database() AS database`,
  );
  if (rows[0]?.may === true) {
    const advice = `As the owner: REVOKE ALL ON DATABASE ${rows[0].database} FROM PUBLIC`;
    findings.warning('grants', 'Every login of this Postgres may connect to the database', advice);
  }
}

async function checkTables(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<Grant & { has: boolean }>(GRANTS, [GROUP_ROLES, TABLES, PRIVILEGES]);
  const off = rows.filter(({ role, table, privilege, has }) => has !== isWanted(role, table, privilege));
  const missing = off.filter(({ has }) => !has);
  const surplus = off.filter(({ has }) => has);
  const functions = (await client.query<{ name: string }>(FUNCTIONS_WITHOUT)).rows;
  tell(missing, 'Rights are missing', (each) => `GRANT ${rightOf(each)} TO ${each.role}`, findings);
  tell(surplus, 'Rights that nobody wants', (each) => `REVOKE ${rightOf(each)} FROM ${each.role}`, findings);
  if (functions.length > 0) {
    const message = `Ingest may not run ${functions.map(({ name }) => name).join(', ')}`;
    const advice = 'As the owner: GRANT EXECUTE ON FUNCTION … TO agent_platform_ingest';
    findings.problem('grants', message, advice);
  }
  if (off.length + functions.length === 0) {
    findings.ok('grants', `Each role has its rights on the tables, and no others`);
  }
}

function tell(
  grants: readonly Grant[],
  what: string,
  changeOf: (grant: Grant) => string,
  findings: Findings,
): void {
  const [first] = grants;
  if (first === undefined) {
    return;
  }
  const named = grants.slice(0, MOST_NAMED).map((each) => `${each.role} ${rightOf(each)}`);
  const rest = grants.length > MOST_NAMED ? `, and ${grants.length - MOST_NAMED} more` : '';
  findings.problem('grants', `${what}: ${named.join(', ')}${rest}`, `As the owner: ${changeOf(first)}`);
}

function rightOf({ privilege, table }: Grant): string {
  return `${privilege} ON ${table}`;
}
