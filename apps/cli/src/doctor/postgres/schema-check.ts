import { migrations, MIGRATIONS_TABLE } from '#migrations';
import type { Client } from 'pg';
import type { Findings } from '../finding.js';

/** Ingest makes the partitions of as many months. */
const MONTHS_AHEAD = 3;

const MISSING_PARTITIONS = `
  SELECT parent || '_' || to_char(month, 'YYYYMM') AS name, month <= date_trunc('month', now_utc) + interval '1 month' AS is_near
  FROM (SELECT now() AT TIME ZONE 'UTC' AS now_utc) AS clock,
    unnest(ARRAY['agent_metrics', 'agent_run_logs']) AS parent,
    generate_series(0, $1) AS ahead,
    LATERAL (SELECT date_trunc('month', now_utc) + ahead * interval '1 month' AS month) AS months
  WHERE to_regclass('public.' || parent) IS NOT NULL
    AND to_regclass('public.' || parent || '_' || to_char(month, 'YYYYMM')) IS NULL
  ORDER BY name`;

/** Whether the database has the schema that this program knows. */
export async function checkSchema(client: Client, setupHint: string, findings: Findings): Promise<void> {
  const exists = await client.query<{ found: string | null }>('SELECT to_regclass($1) AS found', [
    `public.${MIGRATIONS_TABLE}`,
  ]);
  if (exists.rows[0]?.found === null) {
    findings.problem('schema', 'No migration was ever run in this database', setupHint);
    return;
  }
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`);
  const done = new Set(rows.map(({ name }) => name));
  const known: string[] = migrations.map((Migration) => new Migration().name);
  const pending = known.filter((name) => !done.has(name));
  const unknown = [...done].filter((name) => !known.includes(name));
  if (pending.length > 0) {
    findings.problem('schema', `Migrations that were not run: ${pending.join(', ')}`, setupHint);
  } else if (unknown.length > 0) {
    const advice = 'Use the version of this program that the services have';
    findings.warning('schema', `The database is newer than this program: ${unknown.join(', ')}`, advice);
  } else {
    findings.ok('schema', `All ${known.length} migrations were run`);
  }
}

/** Whether the months to come have their partitions; rows without one go to a default partition. */
export async function checkPartitions(client: Client, findings: Findings): Promise<void> {
  const { rows } = await client.query<{ name: string; is_near: boolean }>(MISSING_PARTITIONS, [MONTHS_AHEAD]);
  if (rows.length === 0) {
    findings.ok('partitions', `There are partitions for this month and ${MONTHS_AHEAD} more`);
    return;
  }
  const message = `Partitions are missing: ${rows.map(({ name }) => name).join(', ')}`;
  const advice = 'Start ingest, which makes them within the hour; its log says what keeps it from that';
  if (rows.some(({ is_near }) => is_near)) {
    findings.problem('partitions', message, advice);
  } else {
    findings.warning('partitions', message, advice);
  }
}
