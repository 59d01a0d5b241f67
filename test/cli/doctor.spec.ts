import {
  bucketStream,
  INGEST_AUDIT,
  CACHE_BUCKET,
  INGEST_EVENTS,
  RUN_EVENTS,
  RUN_REQUESTS,
} from '#contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { AckPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiAgentsModule } from '../api/api-agents.module.js';
import type { ApiClient } from '../api/api-client.js';
import { closedApi, loggedIn } from '../api/started-api.js';
import { Platform } from '../support/platform.js';
import { CliProcess } from './cli-process.js';

interface Finding {
  readonly area: string;
  readonly check: string;
  readonly standing: string;
  readonly message: string;
  readonly advice: string | null;
}

interface Report {
  readonly code: number | null;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

const MEBIBYTE = 1_048_576;

let platform: Platform;
let manager: JetStreamManager;
let client: ApiClient;
let executor: INestApplicationContext;
let environment: Record<string, string>;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startScheduler();
  executor = await platform.startExecutor({}, ApiAgentsModule);
  client = await closedApi(platform);
  manager = await jetstreamManager(await platform.nats());
  const admin = await loggedIn(client);
  const { body } = await admin.post<{ token: string }>('/tokens', { name: 'doctor', scopes: ['read'] });
  environment = {
    NATS_URL: platform.natsUrl,
    DATABASE_URL: platform.databaseUrl,
    API_URL: client.url,
    API_TOKEN: body.token,
  };
});

afterAll(async () => await platform.stop());

async function examined(changes: Record<string, string> = {}): Promise<Report> {
  const given = { ...environment, ...changes };
  const cli = CliProcess.spawnWith(['doctor', '--json'], given);
  const code = await cli.ended();
  const { password } = new URL(given['DATABASE_URL'] ?? '');
  for (const secret of [password, given['API_TOKEN']]) {
    expect(cli.output + cli.messages).not.toContain(secret || 'no secret');
  }
  return { code, ...(JSON.parse(cli.output) as Omit<Report, 'code'>) };
}

function standings({ findings }: Report, standing: string): string[] {
  return findings
    .filter((each) => each.standing === standing)
    .map(({ area, check, message }) => `${area} ${check}: ${message}`);
}

describe('agent-platform doctor', { timeout: 60_000 }, () => {
  it('finds a platform that runs in order, but for what is not there or not to be seen', async () => {
    const report = await vi.waitFor(
      async () => {
        const found = await examined();
        expect(standings(found, 'ok')).toContainEqual(expect.stringMatching(/^nats scheduler/));
        expect(standings(found, 'ok')).toContainEqual(expect.stringMatching(/^nats consumers/));
        return found;
      },
      { timeout: 20_000 },
    );

    expect(standings(report, 'ok').map((line) => line.split(':')[0])).toEqual([
      'nats server',
      'nats jetstream',
      'nats clock',
      'nats streams',
      'nats consumers',
      'nats scheduler',
      'postgres server',
      'postgres clock',
      'postgres schema',
      'postgres roles',
      'postgres grants',
      'postgres partitions',
      'postgres schedules',
      'postgres letters',
      'api api',
      'api executors',
      'api ingest',
    ]);
    expect(standings(report, 'skipped').map((line) => line.split(':')[0])).toEqual([
      'nats store',
      'postgres disk',
    ]);
    expect(standings(report, 'warning')).toEqual([
      expect.stringMatching(/^api notifier: Nobody has read by notifier /),
    ]);
    // The Postgres of specs is one that may forget.
    expect(standings(report, 'problem')).toEqual([
      expect.stringMatching(/^postgres settings: Turned off: .*fsync/),
    ]);
    expect([report.ok, report.code]).toEqual([false, 1]);
  });

  it('names what is not as wanted, and what to do', async () => {
    await manager.streams.update(RUN_EVENTS, { max_bytes: 8 * MEBIBYTE });
    await manager.streams.delete(bucketStream(CACHE_BUCKET));
    await manager.consumers.delete('AUDIT', INGEST_AUDIT);
    await manager.consumers.update(RUN_EVENTS, INGEST_EVENTS, { max_ack_pending: 7 });
    await manager.consumers.add(RUN_REQUESTS, {
      durable_name: 'executor-gone',
      ack_policy: AckPolicy.Explicit,
      filter_subject: 'runs.requests.gone',
    });
    for (const sql of [
      'REVOKE SELECT ON agent_runs FROM webapp_readonly',
      'GRANT DELETE ON agent_metrics TO agent_platform_ingest',
      `DELETE FROM agent_platform_migrations WHERE name LIKE 'CreateAuditLog%'`,
      `INSERT INTO dead_letters (stage, reason, stream, sequence, stored_at, subject, headers, payload, dead_at)
       VALUES ('events', 'spec', 'RUN_EVENTS', 1, now(), 'runs.events.x', '{}', '', now())`,
      `INSERT INTO schedule_positions (agent_name, schedule_name, stored_at, overdue_since)
       VALUES ('echo', 'nightly', now(), '2026-11-01T04:00:00Z')`,
      `DO $$ BEGIN EXECUTE 'DROP TABLE agent_metrics_'
         || to_char((now() AT TIME ZONE 'UTC') + interval '3 months', 'YYYYMM'); END $$`,
    ]) {
      await platform.query(sql);
    }
    await executor.close();
    const report = await examined();

    const expected = [
      [
        'problem',
        'stream',
        /RUN_EVENTS has other settings: max_bytes: wanted 4294967296, found 8388608$/,
        /stream edit/,
      ],
      ['problem', 'streams', /^Missing: bucket CACHE, consumer ingest-audit of AUDIT$/, /Run the setup/],
      ['warning', 'consumer', /ingest-events .* max_ack_pending: wanted \d+, found 7/, /changes it/],
      ['warning', 'consumers', /executor-gone/, /nats consumer rm RUN_REQUESTS executor-gone/],
      ['problem', 'schema', /not run: CreateAuditLog/, /Run the setup/],
      [
        'problem',
        'grants',
        /missing: webapp_readonly SELECT ON agent_runs$/,
        /GRANT SELECT ON agent_runs TO/,
      ],
      [
        'problem',
        'grants',
        /nobody wants: agent_platform_ingest DELETE ON agent_metrics$/,
        /REVOKE DELETE ON/,
      ],
      ['warning', 'partitions', /missing: agent_metrics_\d{6}$/, /Start ingest/],
      ['problem', 'schedules', /echo.nightly since 2026-11-01T04:00:00.000Z/, /schedulers/],
      ['warning', 'letters', /1 events, the last at 20/, /dead-letters redrive/],
      ['problem', 'executors', /No executor is alive/, /Start an executor/],
    ] as const;
    for (const [standing, check, message, advice] of expected) {
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          standing,
          check,
          message: expect.stringMatching(message),
          advice: expect.stringMatching(advice),
        }),
      );
    }
    expect(report.code).toBe(1);
  });

  it('knows every table of the platform', async () => {
    const { TABLES } = await import('../../apps/cli/src/doctor/postgres/wanted-grants.js');
    const found = await platform.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
         AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'agent_platform_migrations' ORDER BY 1`,
    );

    expect(TABLES).toEqual(found.map(({ name }) => name));
  });

  it('says what it could not look at, and why, when servers are away or let nobody in', async () => {
    const { host } = new URL(platform.databaseUrl);
    await platform.servers.nats.stop();
    const report = await examined({
      DATABASE_URL: `postgres://stranger:not-the-one@${host}/agent_metrics_db`,
      API_TOKEN: '',
    });

    expect(standings(report, 'problem')).toEqual([
      expect.stringMatching(/^nats server: NATS lets nobody in at 127\.0\.0\.1:\d+: /),
      expect.stringMatching(/^postgres server: Postgres lets nobody in at \S+: .*"stranger"/),
      'api api: The api does not reach nats',
    ]);
    expect(standings(report, 'skipped')).toEqual([
      'nats streams: Streams, consumers and scheduler: NATS is away',
      'postgres schema: Migrations, roles, partitions and dead letters: Postgres is away',
      'api services: Executors, ingest and notifier: API_TOKEN is not set',
    ]);
    expect(report.code).toBe(1);
  });
});
