import { Client } from 'pg';
import { join } from 'node:path';
import type { DoctorConfiguration } from '../doctor-configuration.js';
import { type Findings, reasonOf } from '../finding.js';
import { ClockReading, judgeSkew } from '../machine/clock-skew.js';
import { checkFreeSpace, sized } from '../machine/disk-space.js';
import { checkContent } from './content-check.js';
import { checkGrants } from './grants-check.js';
import { checkPartitions, checkSchema } from './schema-check.js';

const TIMEOUT_MS = 5_000;
const OLDEST_MAJOR = 16;
const VERSION_UNIT = 10_000;
const LOCAL_WANTED_BYTES = 0;

/** Postgres, and what the platform has in it. */
export async function checkPostgres(configuration: DoctorConfiguration, findings: Findings): Promise<void> {
  const { databaseUrl } = configuration;
  if (databaseUrl === undefined) {
    const advice = 'Set DATABASE_URL; any login of the platform will do';
    findings.skipped('server', 'DATABASE_URL is not set', advice);
    return;
  }
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'agent-platform doctor',
    connectionTimeoutMillis: TIMEOUT_MS,
    statement_timeout: TIMEOUT_MS,
    query_timeout: 2 * TIMEOUT_MS,
  });
  client.on('error', () => undefined); // what is asked next says so
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(databaseUrl);
    const advice = 'Start Postgres, or set DATABASE_URL to where it is and to a login that it knows';
    findings.problem('server', `Postgres lets nobody in at ${host}${pathname}: ${reasonOf(error)}`, advice);
    findings.skipped('schema', 'Migrations, roles, partitions and dead letters: Postgres is away');
    return;
  }
  try {
    await checkAll(client, configuration, findings);
  } finally {
    await client.end().catch(() => undefined); // it is lost already
  }
}

async function checkAll(
  client: Client,
  configuration: DoctorConfiguration,
  findings: Findings,
): Promise<void> {
  const { setupHint, localDataDir } = configuration;
  await findings.attempt('server', async () => await checkServer(client, findings));
  await findings.attempt('clock', async () => await checkClock(client, findings));
  await findings.attempt('settings', async () => await checkSettings(client, findings));
  await findings.attempt('schema', async () => await checkSchema(client, setupHint, findings));
  await findings.attempt('roles', async () => await checkGrants(client, setupHint, findings));
  await findings.attempt('partitions', async () => await checkPartitions(client, findings));
  await checkContent(client, findings);
  await findings.attempt('disk', async () => await checkDisk(client, localDataDir, findings));
}

async function checkServer(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string; who: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
       current_user || '@' || current_database() AS who`,
  );
  const [server] = rows;
  const said = `Postgres ${server?.version} at ${client.host}:${client.port} lets ${server?.who} in`;
  if (Math.floor(Number(server?.number) / VERSION_UNIT) < OLDEST_MAJOR) {
    findings.problem('server', said, `Upgrade to Postgres ${OLDEST_MAJOR} or newer`);
  } else {
    findings.ok('server', said);
  }
}

async function checkClock(client: Client, findings: Findings): Promise<void> {
  const reading = new ClockReading();
  const { rows } = await client.query<{ ms: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  judgeSkew(findings, 'Postgres', reading.skewOf(rows[0]?.ms ?? 0));
}

/** 201 of `POST /metrics` says that a commit is on the disk. */
async function checkSettings(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM pg_settings
     WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')`,
  );
  const names = rows.map(({ name }) => name).join(', ');
  if (names === '') {
    findings.ok('settings', 'Committed rows are on the disk, so they survive a power cut');
  } else {
    const advice = 'Turn it on in postgresql.conf: without it what is committed can get lost';
    findings.problem('settings', `Turned off: ${names}`, advice);
  }
}

/** Postgres does not tell how much space is left. */
async function checkDisk(
  client: Client,
  localDataDir: string | undefined,
  findings: Findings,
): Promise<void> {
  if (localDataDir !== undefined) {
    await checkFreeSpace(findings, join(localDataDir, 'postgres'), LOCAL_WANTED_BYTES);
    return;
  }
  const { rows } = await client.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  const size = sized(Number(rows[0]?.bytes ?? 0));
  findings.skipped('disk', `The database has ${size}; how much space is left is not told by Postgres`);
}
