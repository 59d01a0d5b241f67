import { runMigrations } from '#database';
import { migrations, MIGRATIONS_TABLE } from '#migrations';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrivateDatabase } from '../support/private-database.js';

const PARTITIONING = 'PartitionMetricsAndLogs1795305600004';
const INVALID = { code: '22023' };
const DENIED = { code: '42501' };

/** Every table in full, and where the ids would go on. */
const CONTENT = [
  'SELECT * FROM agent_runs ORDER BY id',
  'SELECT * FROM agent_metrics ORDER BY id',
  'SELECT * FROM agent_run_logs ORDER BY id',
  `SELECT pg_get_serial_sequence('agent_metrics', 'id'), last_value FROM agent_metrics_id_seq`,
  `SELECT pg_get_serial_sequence('agent_run_logs', 'id'), last_value FROM agent_run_logs_id_seq`,
];

let database: PrivateDatabase;
let owner: Client;

beforeEach(async () => {
  database = await PrivateDatabase.create();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterEach(async () => {
  await owner.end();
  await database.drop();
});

async function rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await owner.query<Row>(sql, values)).rows;
}

async function content(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const sql of CONTENT) {
    found.push(await rows(sql));
  }
  return found;
}

/** A run with two metrics and a line of its log at each of the times. */
async function store(...times: string[]): Promise<void> {
  for (const time of times) {
    await owner.query(
      `WITH run AS (
         INSERT INTO agent_runs (request_id, agent_name, status, trigger, requested_at, finished_at)
         VALUES ('run ' || $1, 'weather', 'success', 'message', $1::timestamptz, $1::timestamptz) RETURNING id
       ), metric AS (
         INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, recorded_at)
         SELECT id, 'weather', name, 1.5, $1::timestamptz FROM run, unnest('{one,two}'::text[]) AS name
       )
       INSERT INTO agent_run_logs (run_id, attempt, line, at, level, message)
       SELECT id, 1, 0, $1::timestamptz, 'info', 'said' FROM run`,
      [time],
    );
  }
}

async function partitionsOf(sql: string): Promise<string[]> {
  const found = await rows<{ partition: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS partition ${sql} ORDER BY 1`,
  );
  return found.map(({ partition }) => partition);
}

async function migrate(
  move: (source: DataSource) => Promise<unknown>,
  upTo = migrations.length,
): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: database.ownerUrl,
    migrations: migrations.slice(0, upTo),
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
  });
  await source.initialize();
  try {
    await move(source);
  } finally {
    await source.destroy();
  }
}

describe('the migration to partitions', () => {
  it('keeps every row and the ids, there and back', async () => {
    const place = migrations.findIndex(({ name }) => name === PARTITIONING);
    await migrate((source) => source.runMigrations(), place);
    const now = new Date().toISOString();
    await store(
      '1970-01-01T00:00:00Z',
      '2026-03-01T00:00:00Z',
      '2026-02-28T23:59:59.999999Z',
      now,
      '2150-01-01T00:00:00Z',
    );
    const before = await content();

    await migrate((source) => source.runMigrations(), place + 1);
    expect(await content()).toEqual(before);
    const partitions = await partitionsOf(`FROM agent_metrics WHERE recorded_at < '2026-04-01'`);
    expect(partitions).toEqual(['agent_metrics_202602', 'agent_metrics_202603', 'agent_metrics_default']);

    await migrate((source) => source.undoLastMigration(), place + 1);
    expect(await content()).toEqual(before);
    await store('2026-03-03T00:00:00Z');
    expect(await rows(`SELECT max(id)::int AS id FROM agent_metrics`)).toEqual([{ id: 12 }]);
    await runMigrations(database.ownerUrl);
    expect(await rows('SELECT count(*)::int FROM agent_metrics')).toEqual([{ count: 12 }]);
  });
});

describe('partitions', () => {
  beforeEach(() => runMigrations(database.ownerUrl));

  it('take the rows of their month, and the default partition those of other times', async () => {
    await store(new Date().toISOString(), '2001-01-01T00:00:00Z');
    const [, ...others] = await partitionsOf('FROM agent_metrics');
    expect(others).toEqual(['agent_metrics_default']);
    expect(await partitionsOf(`FROM agent_run_logs WHERE at > now() - interval '1 minute'`)).toEqual([
      expect.stringMatching(/^agent_run_logs_\d{6}$/),
    ]);
  });

  it('take over what the default partition has of their month', async () => {
    await store('2001-01-01T00:00:00Z', '2001-01-31T23:59:59.999999Z', '2001-02-01T00:00:00Z');
    const create = `SELECT agent_partition_create('agent_metrics', '2001-01-01') AS made`;
    expect(await rows(create)).toEqual([{ made: true }]);
    expect(await rows(create)).toEqual([{ made: false }]);
    const found = await rows(
      'SELECT tableoid::regclass::text AS partition, count(*)::int FROM agent_metrics GROUP BY 1 ORDER BY 1',
    );
    expect(found).toEqual([
      { partition: 'agent_metrics_200101', count: 4 },
      { partition: 'agent_metrics_default', count: 2 },
    ]);
    await expect(
      owner.query(
        `INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_text, recorded_at)
         VALUES (0, 'a', 'b', 'c', '2001-01-01')`,
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });

  it('are dropped one by one, the oldest first, when all of them is too old', async () => {
    for (const month of ['2001-02-01', '2001-01-01']) {
      await owner.query(`SELECT agent_partition_create('agent_run_logs', $1)`, [month]);
    }
    const drop = `SELECT agent_partition_drop_oldest('agent_run_logs', $1) AS dropped`;
    expect(await rows(drop, ['2001-01-31T23:59:59Z'])).toEqual([{ dropped: null }]);
    expect(await rows(drop, ['2001-03-01'])).toEqual([{ dropped: 'agent_run_logs_200101' }]);
    expect(await rows(drop, ['2001-03-01'])).toEqual([{ dropped: 'agent_run_logs_200102' }]);
    expect(await rows(drop, ['2001-03-01'])).toEqual([{ dropped: null }]);
  });

  it('that come later can be read by everybody who reads, and written by ingest', async () => {
    const superuser = new Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    try {
      await superuser.query('SET ROLE agent_platform_ingest');
      await superuser.query(`SELECT agent_partition_create('agent_metrics', '2001-01-01')`);
      await superuser.query(`UPDATE agent_metrics SET metric_text = 'x' WHERE recorded_at = '2001-01-02'`);
      for (const role of ['webapp_readonly', 'agent_platform_api']) {
        await superuser.query(`SET ROLE ${role}`);
        await superuser.query('SELECT * FROM agent_metrics');
        expect((await superuser.query('SELECT * FROM agent_metrics_200101')).rowCount).toBe(0);
        expect((await superuser.query('SELECT * FROM agent_rows_without_run')).rowCount).toBe(0);
        await expect(
          superuser.query(`SELECT agent_partition_create('agent_metrics', '2001-02-01')`),
        ).rejects.toMatchObject(DENIED);
        await expect(superuser.query('DELETE FROM agent_metrics_200101')).rejects.toMatchObject(DENIED);
      }
    } finally {
      await superuser.end();
    }
  });

  it.each([
    `agent_partition_create('agent_runs', '2001-01-01')`,
    `agent_partition_create('agent_metrics', '2001-01-02')`,
    `agent_partition_create('agent_metrics', '2150-01-01')`,
    `agent_partition_drop_oldest('agent_metrics', now())`,
    `agent_partition_drop_oldest('agent_daily_summaries', '2001-01-01')`,
    `agent_partition_delete_default('agent_metrics', now() - interval '23 hours', 1)`,
    `agent_runs_delete_old('infinity', 0, 1)`,
  ])('refuse %s', async (call) => {
    await expect(owner.query(`SELECT ${call}`)).rejects.toMatchObject(INVALID);
  });

  it('are managed by functions that nobody can lead astray', async () => {
    const found = await rows<{ settings: string[]; all: boolean }>(
      `SELECT proconfig AS settings, has_function_privilege('public', oid, 'EXECUTE') AS all
       FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`,
    );
    expect(found).toHaveLength(6);
    for (const { settings, all } of found) {
      expect(settings).toContain('search_path=pg_catalog, pg_temp');
      expect(all).toBe(false);
    }
  });

  it('have indexes that know where an agent is, once they are summarised', async () => {
    await store(new Date().toISOString());
    await owner.query(
      `INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, recorded_at)
       SELECT id, agent_name, 'metric ' || number, number, finished_at
       FROM agent_runs, generate_series(1, 20000) AS number`,
    );
    const summarize = `SELECT agent_partition_summarize('agent_metrics') AS places`;
    const [first] = await rows<{ places: number }>(summarize);
    expect(first?.places).toBeGreaterThan(0);
    expect(await rows(summarize)).toEqual([{ places: 0 }]);
    await owner.query('SET enable_seqscan = off');
    expect(await rows(`SELECT FROM agent_metrics WHERE agent_name = 'weather'`)).toHaveLength(20_002);
    expect(await rows(`SELECT FROM agent_metrics WHERE agent_name = 'nobody'`)).toEqual([]);
  });

  it('give way: what somebody reads for long is not waited for', async () => {
    const reader = new Client({ connectionString: database.ownerUrl });
    await reader.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM agent_metrics');
      await expect(
        owner.query(`SELECT agent_partition_create('agent_metrics', '2001-01-01')`),
      ).rejects.toMatchObject({ code: '55P03' });
      await store(new Date().toISOString());
    } finally {
      await reader.end();
    }
    expect(await rows('SELECT count(*)::int FROM agent_metrics')).toEqual([{ count: 2 }]);
  });
});
