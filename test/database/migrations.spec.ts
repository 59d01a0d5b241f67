import { runMigrations } from '#database';
import { migrations, MIGRATIONS_TABLE } from '#migrations';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { PrivateDatabase } from '../support/private-database.js';

const TABLES = [
  'agent_daily_metric_summaries',
  'agent_daily_summaries',
  'agent_metrics',
  'agent_platform_migrations',
  'agent_run_attempts',
  'agent_run_logs',
  'agent_runs',
  'audit_log',
  'dead_letters',
  'schedule_fires',
  'schedule_positions',
];

const databases: PrivateDatabase[] = [];

async function createDatabase(): Promise<PrivateDatabase> {
  const database = await PrivateDatabase.create();
  databases.push(database);
  return database;
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function tablesOf(database: PrivateDatabase): Promise<string[]> {
  const rows = await query<{ name: string }>(
    database.ownerUrl,
    `SELECT relname AS name FROM pg_class
     WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function privilegesOf(database: PrivateDatabase): Promise<unknown> {
  return query(
    database.ownerUrl,
    `SELECT relname::text AS name, array(SELECT unnest(relacl)::text ORDER BY 1) AS acl
     FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
     UNION ALL SELECT oid::regprocedure::text, array(SELECT unnest(proacl)::text ORDER BY 1)
     FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT 'schema', array(SELECT unnest(nspacl)::text ORDER BY 1) FROM pg_namespace WHERE nspname = 'public'
     UNION ALL SELECT 'default', array(SELECT unnest(defaclacl)::text ORDER BY 1) FROM pg_default_acl
     ORDER BY 1, 2`,
  );
}

async function revertAll(database: PrivateDatabase): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
  });
  await source.initialize();
  try {
    for (const _ of migrations) {
      await source.undoLastMigration();
    }
  } finally {
    await source.destroy();
  }
}

afterEach(async () => {
  for (const database of databases.splice(0)) {
    await database.drop();
  }
});

describe('migrations', () => {
  it('go up, down and up again', async () => {
    const database = await createDatabase();
    expect(await runMigrations(database.ownerUrl)).toHaveLength(migrations.length);
    expect(await tablesOf(database)).toEqual(TABLES);
    const privileges = await privilegesOf(database);

    await revertAll(database);
    expect(await tablesOf(database)).toEqual([MIGRATIONS_TABLE]);

    await runMigrations(database.ownerUrl);
    expect(await tablesOf(database)).toEqual(TABLES);
    expect(await privilegesOf(database)).toEqual(privileges);
  });

  it('leave nothing to do the second time', async () => {
    const database = await createDatabase();
    await runMigrations(database.ownerUrl);
    expect(await runMigrations(database.ownerUrl)).toEqual([]);
  });

  it('are run once by many at the same time', async () => {
    const database = await createDatabase();
    const runs = await Promise.all(Array.from({ length: 4 }, () => runMigrations(database.ownerUrl)));
    expect(runs.flat().toSorted()).toEqual(migrations.map(({ name }) => name).toSorted());
  });

  it('go up and down in databases of one cluster at the same time', async () => {
    const [one, two, three, four] = await Promise.all(Array.from({ length: 4 }, createDatabase));
    await Promise.all([one, two, three].map((database) => runMigrations(database!.ownerUrl)));
    await Promise.all([revertAll(one!), revertAll(two!), runMigrations(four!.ownerUrl)]);
    expect(await tablesOf(one!)).toEqual([MIGRATIONS_TABLE]);
    expect(await tablesOf(four!)).toEqual(TABLES);
    expect(await privilegesOf(four!)).toEqual(await privilegesOf(three!));
  });

  it('need no right to create roles when the roles are there', async () => {
    const first = await createDatabase();
    const second = await createDatabase();
    await runMigrations(first.ownerUrl);
    await query(second.superuserUrl, `CREATE ROLE ${second.name} LOGIN PASSWORD 'for-tests-only'`);
    await query(second.superuserUrl, `ALTER DATABASE ${second.name} OWNER TO ${second.name}`);
    const url = new URL(second.ownerUrl);
    url.username = second.name;
    url.password = 'for-tests-only';
    try {
      expect(await runMigrations(url.href)).toHaveLength(migrations.length);
    } finally {
      await second.drop();
      await query(first.superuserUrl, `DROP ROLE ${second.name}`);
    }
  });

  it('fail at once when there is no database', async () => {
    const database = await createDatabase();
    await database.drop();
    await expect(runMigrations(database.ownerUrl)).rejects.toMatchObject({ code: '3D000' });
  });
});
