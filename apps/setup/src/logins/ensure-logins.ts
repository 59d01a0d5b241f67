import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram-verifier.js';

/** A role that a service or the web application logs in as. */
export interface Login {
  readonly name: string;
  /** The role of the migrations whose rights it gets. */
  readonly memberOf: string;
  readonly password: string;
}

/** Any number, the same for everyone who changes logins. */
const LOCK_KEY = 7_305_171_130;
/** Roles belong to the cluster, the lock to a database: a setup of another one may be faster. */
const ROLE_EXISTS = new Set(['42710', '23505']);
/** Its text is "tuple concurrently updated": that setup changed the same role at the same time. */
const CHANGED_MEANWHILE = 'XX000';
const TRIES = 5;

/**
 * Creates the logins that are missing and gives all of them their rights and password.
 * @param url of the database, as a role that may create roles
 * @throws what `pg` throws
 */
export async function ensureLogins(url: string, logins: readonly Login[]): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'agent-platform setup' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    for (const login of logins) {
      await retried(() => ensureLogin(client, login));
    }
  } finally {
    await client.end();
  }
}

async function ensureLogin(client: Client, { name, memberOf, password }: Login): Promise<void> {
  const role = escapeIdentifier(name);
  await client.query(`CREATE ROLE ${role}`).catch((error: { code?: string }) => {
    if (!ROLE_EXISTS.has(error.code ?? '')) {
      throw error;
    }
  });
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${escapeLiteral(scramVerifier(password))}`);
  await client.query(`GRANT ${escapeIdentifier(memberOf)} TO ${role}`);
}

async function retried(change: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await change();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== CHANGED_MEANWHILE || tries === TRIES) {
        throw error;
      }
    }
  }
}
