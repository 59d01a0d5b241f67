import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type INestApplicationContext, type INestMicroservice, Module } from '@nestjs/common';
import { Agent, BaseAgent, type RunContext } from '#agents';
import { loadConfiguration } from '#configuration';
import { CACHE_BUCKET, type MetricValues } from '#contracts';
import { headers } from '@nats-io/transport-node';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { ExecutorIdentity } from '../../apps/executor/src/identity/executor-identity.js';
import { HeldRuns } from '../../apps/executor/src/leases/held-runs.js';
import { HolderInquiry } from '../../apps/executor/src/leases/holder-inquiry.js';
import { createIngest } from '../../apps/ingest/src/create-ingest.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';
import { provision } from '../../apps/setup/src/provision.js';
import { runSetup } from '../../apps/setup/src/run-setup.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { composeVariables, containerEnvironment } from './compose-file.js';
import { DeployedNats, passwordVariables } from './deployed-nats.js';
import { DeployedPostgres } from './deployed-postgres.js';

const TOKEN = 'token-of-the-producers';
const WEBAPP_PASSWORD = 'webapp-for-tests';
const EXECUTORS = 2;
const ENDED = { timeout: 15_000, interval: 100 };

/** Let go by the spec that holds a run up. */
const held = Promise.withResolvers<void>();

@Agent({
  name: 'probe',
  description: 'Runs each second; fails its first attempt, or waits, when it is asked to',
  schedules: [{ cron: '* * * * * *' }],
})
class ProbeAgent extends BaseAgent {
  async run({ attempt, input, cache }: RunContext): Promise<MetricValues> {
    if (input['fail_first'] === true && attempt === 1) {
      throw new Error('as asked');
    }
    if (input['wait'] === true) {
      await held.promise;
    }
    if (input['cache'] === true) {
      await cache.put('key', 'kept');
      return { cached: (await cache.get('key')) === 'kept' };
    }
    return { attempt };
  }
}

@Module({ providers: [ProbeAgent] })
class ProbeModule {}

/** The services with the environment that docker-compose.yml gives them, on the brokers and logins of deploy/. */
describe('the deployed platform', () => {
  const variables: Record<string, string> = {
    ...Object.fromEntries(composeVariables().map(({ name }) => [name, ''])),
    ...passwordVariables(),
    POSTGRES_PASSWORD: 'superuser-for-tests',
    OWNER_DB_PASSWORD: 'owner-for-tests',
    INGEST_DB_PASSWORD: 'ingest-for-tests',
    WEBAPP_DB_PASSWORD: WEBAPP_PASSWORD,
    INGEST_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
  };
  let nats: DeployedNats;
  let postgres: DeployedPostgres;
  let webapp: Client;
  let ingest: NestFastifyApplication;
  let executors: INestMicroservice[];
  let scheduler: INestApplicationContext;

  beforeAll(async () => {
    nats = await DeployedNats.start();
    postgres = await DeployedPostgres.start(containerEnvironment('postgres', variables));
    await runSetup(configure('setup', SetupConfiguration), () => undefined);
    await provisionCache();
    webapp = new Client({
      connectionString: `postgres://webapp:${WEBAPP_PASSWORD}@${postgres.address}/agent_metrics_db`,
    });
    await webapp.connect();
    ingest = await createIngest(configure('ingest', IngestConfiguration), (error) => {
      throw error;
    });
    await ingest.listen(0, '127.0.0.1');
    executors = await Promise.all(
      Array.from({ length: EXECUTORS }, async () => {
        const executor = await createExecutor(configure('executor', ExecutorConfiguration), ProbeModule);
        await executor.listen();
        return executor;
      }),
    );
    scheduler = await startScheduler(configure('scheduler', SchedulerConfiguration));
  });

  afterAll(async () => {
    held.resolve();
    await closeServices();
    await webapp?.end();
    await nats?.stop();
    await postgres?.stop();
  });

  it('keeps the row of a scheduled run, for the web application to read', async () => {
    await vi.waitFor(async () => {
      const { rows } = await webapp.query(
        `SELECT r.agent_name, r.status, m.metric_name FROM agent_runs r JOIN agent_metrics m ON m.run_id = r.id
         WHERE r.trigger = 'schedule'`,
      );
      expect(rows).toContainEqual({ agent_name: 'probe', status: 'success', metric_name: 'attempt' });
    }, ENDED);
  });

  it('runs what an operator asks for, and again when an attempt fails', async () => {
    await request('probe', 'retried', { input: { fail_first: true } });

    await vi.waitFor(async () => {
      expect(await run('retried')).toMatchObject({ status: 'success', attempt: 2 });
    }, ENDED);
  });

  it('lets executors ask each other what they hold', async () => {
    await request('probe', 'held', { input: { wait: true } });
    const holder = await vi.waitFor(() => {
      const found = executors.find((executor) => executor.get(HeldRuns).holds('held'));
      if (found === undefined) {
        throw new Error('Nobody holds the run yet');
      }
      return found;
    }, ENDED);
    const other = executors.find((executor) => executor !== holder)!;

    const { id } = holder.get(ExecutorIdentity);
    expect(await other.get(HolderInquiry).isHeldBy(id, 'held')).toBe(true);
    expect(await other.get(HolderInquiry).isHeldBy(id, 'another')).toBe(false);

    await vi.waitFor(async () => expect(await run('held')).toMatchObject({ status: 'running' }), ENDED);
    held.resolve();
    await vi.waitFor(async () => expect(await run('held')).toMatchObject({ status: 'success' }), ENDED);
  });

  it('lets agents keep something between their runs', async () => {
    await request('probe', 'caching', { input: { cache: true } });

    await vi.waitFor(async () => {
      const { rows } = await webapp.query(
        `SELECT m.metric_value FROM agent_runs r JOIN agent_metrics m ON m.run_id = r.id
         WHERE r.request_id = 'caching' AND m.metric_name = 'cached'`,
      );
      expect(rows).toEqual([{ metric_value: '1' }]);
    }, ENDED);
  });

  it('fails a request that nobody serves, and keeps it as a dead letter', async () => {
    await request('nobody', 'unserved', {});

    await vi.waitFor(async () => {
      expect(await run('unserved')).toMatchObject({ status: 'failed', failure_reason: 'refused' });
      expect(await deadLetters('runs.requests.nobody')).toBeGreaterThan(0);
    }, ENDED);
  });

  it('keeps a message that is no request as a dead letter', async () => {
    await request('probe', 'poison', 'no object');

    await vi.waitFor(async () => expect(await deadLetters('runs.requests.probe')).toBeGreaterThan(0), ENDED);
  });

  it('takes reports of producers that know the token, and of no others', async () => {
    const report = {
      agent_name: 'outside',
      metrics: { value: 1 },
      started_at: '2026-11-22T06:00:00Z',
      finished_at: '2026-11-22T06:00:01Z',
    };
    const post = async (authorization: string): Promise<Response> =>
      await fetch(`${await ingest.getUrl()}/metrics`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'reported' },
        body: JSON.stringify(report),
      });

    expect((await post('Bearer wrong')).status).toBe(401);
    expect((await post(`Bearer ${TOKEN}`)).status).toBe(201);
    expect((await post(`Bearer ${TOKEN}`)).headers.get('idempotency-replayed')).toBe('true');
    expect(await run('reported')).toMatchObject({ status: 'success', agent_name: 'outside' });
  });

  it('asks nothing of the broker that it may not do, from the start to the end of the services', async () => {
    await closeServices();

    expect(await nats.violations()).toEqual([]);
  });

  /** What Compose would start the service with, except for where the servers are. */
  function configure<T extends object>(service: string, configuration: new () => T): T {
    const environment = Object.entries(containerEnvironment(service, variables)).map(([name, value]) => [
      name,
      value.replace('@postgres:5432', `@${postgres.address}`).replace('nats://nats:4222', nats.url),
    ]);
    return loadConfiguration(configuration, {
      ...Object.fromEntries(environment),
      ...(service !== 'setup' && { MANAGEMENT_HOST: '127.0.0.1', MANAGEMENT_PORT: '0' }),
    });
  }

  async function provisionCache(): Promise<void> {
    const { natsUrl, natsUser, natsPassword } = configure('setup', SetupConfiguration);
    await provision(
      { servers: natsUrl, name: 'setup', user: natsUser, password: natsPassword },
      { streams: [], buckets: [{ name: CACHE_BUCKET, history: 1 }], consumers: [] },
      () => undefined,
    );
  }

  async function closeServices(): Promise<void> {
    await Promise.all([scheduler, ingest, ...(executors ?? [])].map((service) => service?.close()));
  }

  /** As `nats pub` does it. */
  async function request(agent: string, requestId: string, body: unknown): Promise<void> {
    const connection = await nats.connect('operator');
    const withId = headers();
    withId.set('Nats-Msg-Id', requestId);
    connection.publish(`runs.requests.${agent}`, JSON.stringify(body), { headers: withId });
    await connection.drain();
  }

  async function run(requestId: string): Promise<unknown> {
    const { rows } = await webapp.query('SELECT * FROM agent_runs WHERE request_id = $1', [requestId]);
    return rows[0];
  }

  async function deadLetters(subject: string): Promise<number> {
    const { rowCount } = await webapp.query('SELECT FROM dead_letters WHERE subject = $1', [subject]);
    return rowCount ?? 0;
  }
});
