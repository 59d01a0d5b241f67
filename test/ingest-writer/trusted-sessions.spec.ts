import { DatabaseConnection, DatabaseModule, runMigrations } from '#database';
import { MetricsRegistry } from '#telemetry';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Retention } from '../../apps/ingest/src/retention/retention.js';
import { RetentionMetrics } from '../../apps/ingest/src/retention/retention-metrics.js';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';
import { TrustedSessions } from '../../apps/ingest/src/writer/trusted-sessions.js';
import { WriterModule } from '../../apps/ingest/src/writer/writer.module.js';
import { PrivateServers } from '../support/private-servers.js';
import { manyHistories, randomOf, RunHistory, shuffled } from './run-events.js';

const WRITERS = 4;
/** The events of the other specs are of last night. */
const KEPT = { runs: 30, metrics: 30, logs: 30 };
const METRICS = `
  SELECT request_id, metric_name, metric_value, metric_text FROM agent_metrics AS metric
  JOIN agent_runs AS run ON run.id = metric.run_id ORDER BY request_id, metric_name`;

let servers: PrivateServers;
const apps: TestingModule[] = [];

beforeAll(async () => {
  servers = await PrivateServers.start({ postgres: true });
});

afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await servers?.stop();
});

async function asSuperuser(database: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: servers.postgres.url(database) });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

/** The writer on a database of its own, as a login that has nothing but what the migrations gave. */
async function startWriter(database: string): Promise<TestingModule> {
  await asSuperuser('postgres', `CREATE DATABASE ${database} OWNER agent_platform`);
  await runMigrations(servers.postgres.url(database, 'agent_platform'));
  const login = `ingest_${database}`;
  await asSuperuser(
    'postgres',
    `CREATE ROLE ${login} LOGIN PASSWORD '${inject('postgresPassword')}' IN ROLE agent_platform_ingest`,
  );
  const url = servers.postgres.url(database, login);
  const app = await Test.createTestingModule({
    imports: [DatabaseModule.forRoot({ url, poolSize: WRITERS, applicationName: 'spec' }), WriterModule],
  }).compile();
  await app.init();
  apps.push(app);
  await vi.waitFor(() => app.get(DatabaseConnection).dataSource);
  return app;
}

async function query<Row>(app: TestingModule, sql: string): Promise<Row[]> {
  return app.get(DatabaseConnection).dataSource.query(sql);
}

async function rolesOfSessions(app: TestingModule): Promise<string[]> {
  const found = await Promise.all(
    Array.from({ length: WRITERS }, () =>
      query<{ role: string }>(
        app,
        `SELECT current_setting('session_replication_role') AS role, pg_sleep(0.05)`,
      ),
    ),
  );
  return [...new Set(found.flat().map(({ role }) => role))];
}

describe('TrustedSessions', () => {
  const events = manyHistories(300, randomOf(5)).flat();

  it('writes all the same where nobody may skip the look-up of runs', async () => {
    await asSuperuser(
      'postgres',
      'REVOKE SET ON PARAMETER session_replication_role FROM agent_platform CASCADE',
    );
    const app = await startWriter('refused');
    await app.get(BatchWriter).write(events);
    await app.get(BatchWriter).write(events);
    expect(await rolesOfSessions(app)).toEqual(['origin']);
    expect(await query(app, METRICS)).not.toEqual([]);
  });

  it('leaves no row without its run where the owner may grant it, and stores the same', async () => {
    await asSuperuser(
      'postgres',
      'GRANT SET ON PARAMETER session_replication_role TO agent_platform WITH GRANT OPTION',
    );
    const app = await startWriter('granted');
    const random = randomOf(9);
    const writeAll = async (): Promise<void> => {
      const torn = shuffled([...events, ...events], random);
      for (let from = 0; from < torn.length; from += 37) {
        await app.get(BatchWriter).write(torn.slice(from, from + 37));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writeAll));
    expect(await rolesOfSessions(app)).toContain('replica');
    expect(await query(app, 'SELECT * FROM agent_rows_without_run')).toEqual([]);
    expect(await query(app, METRICS)).toEqual(await query(apps[0]!, METRICS));
  });

  it('leaves no row without its run where old runs are deleted as well', async () => {
    const app = apps[1]!;
    const metrics = new RetentionMetrics(new MetricsRegistry({ service: 'spec' }));
    const connection = app.get(DatabaseConnection);
    const retention = new Retention(connection, KEPT, metrics, app.get(TrustedSessions));
    const longAgo = Date.now() - 60 * 86_400_000;
    const old = new RunHistory('old', 'weather', longAgo);
    await app.get(BatchWriter).write([old.attemptFailed(1), old.succeeded(2, { one: 1 })]);
    await asSuperuser('granted', `UPDATE agent_runs SET stored_at = finished_at WHERE request_id = 'old'`);
    expect(await retention.pass()).toBe(true);
    expect(await query(app, `SELECT FROM agent_runs WHERE request_id = 'old'`)).toEqual([]);
    expect(await query(app, `SELECT FROM agent_runs WHERE request_id = 'run-0'`)).toHaveLength(1);
    expect(await query(app, 'SELECT * FROM agent_rows_without_run')).toEqual([]);
  });

  it('leaves the foreign keys to hold for everybody else', async () => {
    await expect(
      asSuperuser(
        'granted',
        'SET ROLE agent_platform_ingest',
        `INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_text, recorded_at)
         VALUES (0, 'a', 'b', 'c', now())`,
      ),
    ).rejects.toMatchObject({ code: '23503' });
  });

  it('would be found out: the view names what has no run', async () => {
    await asSuperuser(
      'granted',
      'SET ROLE agent_platform_ingest',
      'SET session_replication_role = replica',
      `INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_text, recorded_at)
       VALUES (0, 'a', 'b', 'c', now()), (0, 'a', 'd', 'e', now())`,
    );
    expect(await query(apps[1]!, 'SELECT * FROM agent_rows_without_run')).toEqual([
      { table_name: 'agent_metrics', run_id: '0', rows: '2' },
    ]);
  });
});
