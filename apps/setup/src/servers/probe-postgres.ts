import { Client } from 'pg';
import { isDatabaseUnavailable, sqlStateOf } from '#database';

const CONNECT_TIMEOUT_MS = 5_000;
/** Class of SQLSTATE: the server is up and refuses the login. */
const LOGIN_REFUSED = '28';

/** @throws what `pg` throws */
export async function probePostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/** Whether Postgres may accept a connection later that it did not accept now. */
export function isPostgresNotUpYet(error: unknown): boolean {
  return isDatabaseUnavailable(error) && sqlStateOf(error)?.startsWith(LOGIN_REFUSED) !== true;
}
