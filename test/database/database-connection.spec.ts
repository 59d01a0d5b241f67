import {
  AgentMetric,
  AgentRun,
  DatabaseConnection,
  DatabaseModule,
  DatabaseUnavailableException,
} from '#database';
import { isDatabaseUnavailable, isDataError, isTransient, runMigrations } from '#database';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PrivateServers } from '../support/private-servers.js';

const DATABASE = 'agent_metrics_db';

let servers: PrivateServers;
const apps: TestingModule[] = [];

async function connectionTo(url: string, options: object = {}): Promise<DatabaseConnection> {
  const app = await Test.createTestingModule({
    imports: [DatabaseModule.forRoot({ url, poolSize: 2, applicationName: 'spec', ...options })],
  }).compile();
  await app.init();
  apps.push(app);
  return app.get(DatabaseConnection);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('It worked');
    },
    (error: unknown) => error,
  );
}

function ownerUrl(): string {
  return servers.postgres.url(DATABASE, 'agent_platform');
}

beforeAll(async () => {
  servers = await PrivateServers.start({ postgres: true });
  await runMigrations(ownerUrl());
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

afterAll(() => servers?.stop());

describe('DatabaseConnection', () => {
  it('reads rows with ids as numbers, and numbers as they were written', async () => {
    const connection = await connectionTo(ownerUrl());
    await vi.waitFor(() => expect(connection.isConnected).toBe(true));
    const { dataSource } = connection;
    await dataSource.query(`
      INSERT INTO agent_runs (id, request_id, agent_name, status, trigger, requested_at, input)
      VALUES (4503599627370497, 'read-1', 'weather', 'pending', 'message', '2026-11-22T04:00:00', '{"a":1}')`);
    await dataSource.query(`
      INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, recorded_at)
      VALUES (4503599627370497, 'weather', 'rows', 0.1, '2026-11-22T04:00:00')`);

    const run = await dataSource.getRepository(AgentRun).findOneByOrFail({ requestId: 'read-1' });
    expect(run).toMatchObject({
      id: 4_503_599_627_370_497,
      status: 'pending',
      attempt: 0,
      requestedAt: new Date('2026-11-22T04:00:00Z'),
      startedAt: null,
      input: { a: 1 },
    });
    const metric = await dataSource.getRepository(AgentMetric).findOneByOrFail({ runId: run.id });
    expect(metric).toMatchObject({ runId: run.id, metricName: 'rows', metricValue: '0.1', metricText: null });
  });

  it('boots without a database, connects once it is there, and survives its crash', async () => {
    await servers.postgres.stop();
    const connection = await connectionTo(ownerUrl());
    expect(connection.isConnected).toBe(false);
    expect(() => connection.dataSource).toThrow(DatabaseUnavailableException);
    await expect(connection.ping()).rejects.toThrow(DatabaseUnavailableException);

    await servers.postgres.restart();
    await vi.waitFor(() => expect(connection.isConnected).toBe(true), { timeout: 10_000 });
    await connection.ping();

    const asleep = failureOf(connection.dataSource.query('SELECT pg_sleep(60)'));
    await vi.waitFor(async () => {
      const rows = await connection.dataSource.query(
        `SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'`,
      );
      expect(rows).toHaveLength(1);
    });
    await servers.postgres.kill();
    expect(isDatabaseUnavailable(await asleep)).toBe(true);
    // A backend goes on until it notices that its server is gone.
    await vi.waitFor(async () => {
      const failure = await failureOf(connection.dataSource.query('SELECT 1'));
      expect(isDatabaseUnavailable(failure)).toBe(true);
    });
    await expect(connection.ping()).rejects.toThrow(DatabaseUnavailableException);

    await servers.postgres.restart();
    await connection.ping();
  });

  it('does not wait for ever: for a statement, a lock, a connection', async () => {
    const connection = await connectionTo(ownerUrl(), {
      statementTimeoutMs: 300,
      lockTimeoutMs: 100,
      connectTimeoutMs: 300,
    });
    await vi.waitFor(() => expect(connection.isConnected).toBe(true));
    const { dataSource } = connection;
    const statement = await failureOf(dataSource.query('SELECT pg_sleep(60)'));
    expect(statement).toMatchObject({ driverError: { code: '57014' } });
    expect(isDatabaseUnavailable(statement)).toBe(true);

    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE agent_runs');
    const lock = await failureOf(dataSource.query('SELECT FROM agent_runs'));
    expect(isDatabaseUnavailable(lock)).toBe(true);

    const other = dataSource.createQueryRunner();
    await other.connect();
    const pool = await failureOf(dataSource.query('SELECT 1'));
    expect(isDatabaseUnavailable(pool)).toBe(true);
    await holder.rollbackTransaction();
    await Promise.all([holder.release(), other.release()]);
  });

  it('tells bad data and deadlocks from a broken database', async () => {
    const connection = await connectionTo(ownerUrl());
    await vi.waitFor(() => expect(connection.isConnected).toBe(true));
    const { dataSource } = connection;
    for (const sql of [`SELECT 'x'::int`, 'SELECT 1 / 0', `SELECT '"\\u0000"'::jsonb`]) {
      expect(isDataError(await failureOf(dataSource.query(sql)))).toBe(true);
    }
    const [one, two] = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    await Promise.all([one.startTransaction(), two.startTransaction()]);
    await one.query('SELECT pg_advisory_xact_lock(1)');
    await two.query('SELECT pg_advisory_xact_lock(2)');
    const ends = await Promise.allSettled([
      one.query('SELECT pg_advisory_xact_lock(2)'),
      two.query('SELECT pg_advisory_xact_lock(1)'),
    ]);
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    expect(failures.map(isTransient)).toEqual([true]);
    await Promise.all([one.rollbackTransaction(), two.rollbackTransaction()]);
    await Promise.all([one.release(), two.release()]);
  });

  it('stops before it has ever connected, and twice', async () => {
    const connection = await connectionTo('postgres://nobody@127.0.0.1:1/nowhere');
    await connection.onApplicationShutdown();
    await connection.onApplicationShutdown();
    expect(connection.isConnected).toBe(false);
  });
});
