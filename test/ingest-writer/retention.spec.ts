import { type AnyRunEvent, RunLogged } from '#contracts';
import { MetricsRegistry } from '#telemetry';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Retention } from '../../apps/ingest/src/retention/retention.js';
import type { RetentionDays } from '../../apps/ingest/src/retention/retention-days.js';
import { RetentionMetrics } from '../../apps/ingest/src/retention/retention-metrics.js';
import { TrustedSessions } from '../../apps/ingest/src/writer/trusted-sessions.js';
import { RunHistory } from './run-events.js';
import { WriterFixture } from './writer-fixture.js';

const DAY_MS = 86_400_000;
const MONTH: RetentionDays = { runs: 30, metrics: 30, logs: 30 };
const COUNTS = {
  runs: 'SELECT count(*)::int FROM agent_runs',
  metrics: 'SELECT count(*)::int FROM agent_metrics',
  logs: 'SELECT count(*)::int FROM agent_run_logs',
  attempts: 'SELECT count(*)::int FROM agent_run_attempts',
};

let fixture: WriterFixture;

beforeEach(async () => {
  fixture = await WriterFixture.start(8);
});

afterEach(() => fixture.stop());

function retention(days: RetentionDays = {}) {
  const registry = new MetricsRegistry({ service: 'spec' });
  return {
    registry,
    retention: new Retention(fixture.connection, days, new RetentionMetrics(registry), new TrustedSessions()),
  };
}

function historyOf(requestId: string, daysAgo: number): RunHistory {
  return new RunHistory(requestId, 'weather', Date.now() - daysAgo * DAY_MS - 120_000);
}

function logged(run: RunHistory, daysAgo: number): AnyRunEvent {
  const at = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  return Object.assign(new RunLogged(), run.started(), {
    type: 'log' as const,
    first_line: 0,
    entries: [{ at, level: 'info' as const, message: 'said' }],
  });
}

/** Runs with everything that belongs to one, one for each age. */
async function store(...ages: number[]): Promise<void> {
  for (const daysAgo of ages) {
    const run = historyOf(`run-${daysAgo}`, daysAgo);
    await fixture.batches.write([
      run.attemptFailed(1),
      logged(run, daysAgo),
      run.succeeded(2, { one: 1, two: 'text' }),
    ]);
    await storedDaysAgo(`run-${daysAgo}`, daysAgo);
  }
}

async function storedDaysAgo(requestId: string, daysAgo: number): Promise<void> {
  await fixture.asOwner(
    `UPDATE agent_runs SET stored_at = now() - make_interval(days => $2) WHERE request_id = $1`,
    [requestId, daysAgo],
  );
}

async function makeMonth(table: string, daysAgo: number): Promise<void> {
  await fixture.asOwner(
    `SELECT agent_partition_create($1, date_trunc('month', (now() - make_interval(days => $2)) AT TIME ZONE 'UTC')::date)`,
    [table, daysAgo],
  );
}

async function counts(): Promise<Record<keyof typeof COUNTS, number>> {
  const [runs, metrics, logs, attempts] = await Promise.all(
    Object.values(COUNTS).map(async (sql) => (await fixture.query<{ count: number }>(sql))[0]?.count ?? -1),
  );
  return { runs: runs!, metrics: metrics!, logs: logs!, attempts: attempts! };
}

async function partitions(): Promise<string[]> {
  const rows = await fixture.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function requestIds(): Promise<string[]> {
  const rows = await fixture.query<{ request_id: string }>('SELECT request_id FROM agent_runs ORDER BY id');
  return rows.map(({ request_id }) => request_id);
}

describe('Retention', () => {
  it('makes partitions ahead, and removes nothing when it is told no days', async () => {
    await store(100, 0);
    const before = await partitions();
    const [last] = before.filter((name) => name.startsWith('agent_metrics_2')).toReversed();
    await fixture.asOwner(`DROP TABLE ${last}`);
    const { retention: first, registry } = retention();
    expect(await first.pass()).toBe(true);
    expect(await partitions()).toEqual(before);
    expect(await counts()).toEqual({ runs: 2, metrics: 4, logs: 2, attempts: 2 });
    expect(await registry.exposition()).toMatch(
      /retention_partitions_made_total{table="agent_metrics".*} 1\n/,
    );
  });

  it('removes what is too old, from partitions and from other times, and keeps the summaries', async () => {
    for (const table of ['agent_metrics', 'agent_run_logs']) {
      await makeMonth(table, 90);
      await makeMonth(table, 10);
    }
    await store(5_000, 90, 10, 0);
    const summaries = await fixture.query('SELECT * FROM agent_daily_summaries ORDER BY day');
    const before = await partitions();
    const { retention: only, registry } = retention(MONTH);
    expect(await only.pass()).toBe(true);

    expect(await requestIds()).toEqual(['run-10', 'run-0']);
    expect(await counts()).toEqual({ runs: 2, metrics: 4, logs: 2, attempts: 2 });
    expect(await fixture.query('SELECT * FROM agent_daily_summaries ORDER BY day')).toEqual(summaries);
    expect(await fixture.query('SELECT * FROM agent_rows_without_run')).toEqual([]);
    expect(before.length - (await partitions()).length).toBe(2);
    const exposition = await registry.exposition();
    expect(exposition).toMatch(/retention_partitions_dropped_total{table="agent_run_logs".*} 1\n/);
    expect(exposition).toMatch(/retention_rows_deleted_total{table="agent_metrics".*} 2\n/);
    expect(exposition).toMatch(/retention_rows_deleted_total{table="agent_runs".*} 2\n/);
  });

  it('keeps runs that are not final, have logs or metrics left, or were stored a short time ago', async () => {
    const open = historyOf('open', 90);
    const talking = historyOf('talking', 90);
    const late = historyOf('late', 90);
    await fixture.batches.write([open.started(), talking.failed(), logged(talking, 1), late.failed()]);
    await storedDaysAgo('open', 90);
    await storedDaysAgo('talking', 90);
    expect(await retention(MONTH).retention.pass()).toBe(true);
    expect(await requestIds()).toEqual(['late', 'open', 'talking']);
  });

  it('removes old fires, but for those that wait and the latest of each schedule', async () => {
    await fixture.asOwner(
      `INSERT INTO schedule_fires (agent_name, schedule_name, scheduled_for, outcome, decided_at, fires, scheduled_until)
       SELECT 'weather', schedule, now() - make_interval(days => ago), outcome, now(), fires,
         CASE WHEN fires > 1 THEN now() END
       FROM (VALUES ('daily', 90, 'fired', 1), ('daily', 89, 'queued', 1), ('daily', 88, 'missed', 9),
         ('daily', 10, 'skipped', 1), ('yearly', 400, 'fired', 1), ('yearly', 90, 'fired', 1))
         AS fire (schedule, ago, outcome, fires)`,
    );
    await fixture.asOwner(
      `INSERT INTO schedule_fires (agent_name, schedule_name, scheduled_for, outcome, decided_at)
       SELECT 'weather', 'often', now() - make_interval(days => 60, secs => number), 'fired', now()
       FROM generate_series(1, 1201) AS number`,
    );
    const { retention: only, registry } = retention({ fires: 30 });
    expect(await only.pass()).toBe(true);
    const left = await fixture.query<{ left: string }>(
      `SELECT schedule_name || ' ' || outcome AS left FROM schedule_fires ORDER BY schedule_name, scheduled_for`,
    );
    expect(left.map((row) => row.left)).toEqual([
      'daily queued',
      'daily missed',
      'daily skipped',
      'often fired',
      'yearly fired',
    ]);
    expect(await registry.exposition()).toMatch(
      /retention_rows_deleted_total{table="schedule_fires".*} 1202\n/,
    );
  });

  it('is done by one replica at a time, and all of it once', async () => {
    await store(...Array.from({ length: 40 }, (_, index) => 90 + index), 0);
    const replicas = Array.from({ length: 4 }, () => retention(MONTH).retention);
    expect(await Promise.all(replicas.map((replica) => replica.pass()))).toEqual([true, true, true, true]);
    expect(await requestIds()).toEqual(['run-0']);
    // Who was locked out has left nothing locked.
    expect(await Promise.all(replicas.map((replica) => replica.pass()))).toEqual([true, true, true, true]);
    expect(
      await fixture.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND database =
      (SELECT oid FROM pg_database WHERE datname = current_database())`),
    ).toEqual([]);
  });

  it('loses nothing that is written meanwhile, and fails no writer', async () => {
    await store(90, 91);
    const end = new AbortController();
    const written: string[] = [];
    const write = async (writer: number): Promise<void> => {
      for (let batch = 0; !end.signal.aborted; batch += 1) {
        const runs = Array.from({ length: 20 }, (_, index) =>
          historyOf(`live-${writer}-${batch}-${index}`, index),
        );
        await fixture.batches.write(runs.flatMap((run) => [run.succeeded(1, { one: 1 }), logged(run, 0)]));
        written.push(...runs.map(({ requestId }) => requestId));
      }
    };
    const writers = [write(0), write(1)];
    for (let round = 1; round <= 5; round += 1) {
      await makeMonth('agent_metrics', 90).catch(() => undefined);
      await makeMonth('agent_run_logs', 90 + 30 * round).catch(() => undefined);
      await retention(MONTH).retention.pass();
    }
    end.abort();
    await Promise.all(writers);
    expect(await retention(MONTH).retention.pass()).toBe(true);
    expect((await requestIds()).toSorted()).toEqual(written.toSorted());
    expect(await counts()).toMatchObject({ metrics: written.length, logs: written.length });
    expect(await fixture.query('SELECT * FROM agent_rows_without_run')).toEqual([]);
  });

  it('deletes no run that a writer is adding to', async () => {
    await store(90);
    await fixture.asOwner('DELETE FROM agent_metrics');
    await fixture.asOwner('DELETE FROM agent_run_logs');
    const [run] = await fixture.query<{ id: string }>('SELECT id FROM agent_runs');
    const runner = fixture.connection.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT FROM agent_runs FOR UPDATE');
    expect(await retention(MONTH).retention.pass()).toBe(true);
    await runner.query(
      `INSERT INTO agent_run_logs (run_id, attempt, line, at, level, message) VALUES ($1, 1, 1, now(), 'info', 'late')`,
      [run?.id],
    );
    await runner.commitTransaction();
    await runner.release();
    expect(await retention(MONTH).retention.pass()).toBe(true);
    expect(await requestIds()).toEqual(['run-90']);
  });

  it('leaves a partition that somebody reads for the next time, and does the rest', async () => {
    await makeMonth('agent_metrics', 90);
    await makeMonth('agent_run_logs', 90);
    await store(90);
    const reader = new Client({ connectionString: fixture.ownerUrl });
    await reader.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT count(*) FROM agent_metrics');
      const { retention: hindered, registry } = retention(MONTH);
      expect(await hindered.pass()).toBe(false);
      expect(await counts()).toEqual({ runs: 1, metrics: 2, logs: 0, attempts: 1 });
      expect(await registry.exposition()).toMatch(/retention_failures_total{table="agent_metrics".*} 1\n/);
      await reader.query('COMMIT');
      expect(await hindered.pass()).toBe(true);
      expect(await counts()).toEqual({ runs: 0, metrics: 0, logs: 0, attempts: 0 });
    } finally {
      await reader.end();
    }
  });

  it('begins by itself when the service starts, and stops with it', async () => {
    await store(90);
    const { retention: service } = retention(MONTH);
    service.onApplicationBootstrap();
    await service.onModuleDestroy();
    await service.onModuleDestroy();
    const { retention: again } = retention(MONTH);
    again.onApplicationBootstrap();
    await expect.poll(requestIds).toEqual([]);
    await again.onModuleDestroy();
  });
});
