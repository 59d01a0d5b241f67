import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HangingPostgres } from '../ingest/hanging-postgres.js';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import { type ApiAnswer, ApiClient } from './api-client.js';
import { ADMIN, closedApi, loggedIn, startedApi } from './started-api.js';

/** A client gives up after ten seconds. */
const LONGEST_ANSWER_MS = 9_500;

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start({ postgres: 'private' });
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await start()).status).toBe(202), { timeout: 10_000 });
});

afterAll(async () => {
  await platform.stop();
});

async function start(): Promise<ApiAnswer<{ request_id: string }>> {
  return await client.post('/runs', { agent: 'echo', input: { n: 1 } });
}

/** The request_id of a run that Postgres has to its end. */
async function stored(): Promise<string> {
  const { body } = await start();
  await vi.waitFor(
    async () => {
      const rows = await platform.query('SELECT status FROM agent_runs WHERE request_id = $1', [
        body.request_id,
      ]);
      expect(rows).toEqual([{ status: 'success' }]);
    },
    { timeout: 15_000 },
  );
  return body.request_id;
}

function unavailable(server: 'NATS' | 'Postgres'): object {
  return {
    status: 503,
    headers: {
      'retry-after': expect.stringMatching(/^\d+$/),
      'content-type': expect.stringContaining('application/problem+json'),
    },
    body: { status: 503, title: 'Service Unavailable', detail: expect.stringContaining(`${server} is away`) },
  };
}

async function untilBothAreThere(): Promise<void> {
  await vi.waitFor(async () => expect((await client.get('/health')).body['status']).toBe('ok'), {
    timeout: 20_000,
    interval: 100,
  });
}

/** What is asked in an outage, and never takes too long. */
async function asked(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  const answer = await client.send(method, path, { body });
  expect({ path, isInTime: answer.tookMs < LONGEST_ANSWER_MS }).toEqual({ path, isInTime: true });
  return answer;
}

describe.each(['away', 'hanging'] as const)('with NATS %s', (how) => {
  let id: string;

  beforeEach(async () => {
    id = await stored();
    if (how === 'away') {
      await platform.servers.nats.stop();
      await vi.waitFor(async () => {
        expect((await client.get('/health')).body).toMatchObject({
          dependencies: { nats: { status: 'down' } },
        });
      });
    } else {
      platform.servers.nats.pause();
    }
  });

  afterEach(async () => {
    if (how === 'away') {
      await platform.servers.nats.restart();
    } else {
      platform.servers.nats.resume();
    }
    await untilBothAreThere();
  });

  it('answers what Postgres knows, and says what NATS is needed for', async () => {
    expect(await asked('GET', '/runs?limit=1')).toMatchObject({ status: 200 });
    expect(await asked('GET', `/runs/${id}`)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect(await asked('GET', `/runs/${id}/result`)).toMatchObject({ status: 200 });
    expect(await asked('GET', `/runs/${id}/logs`)).toMatchObject({ status: 200 });
    expect(await asked('GET', '/audit')).toMatchObject({ status: 200 });
    expect(await asked('GET', '/tokens')).toMatchObject({ status: 200 });
    expect(await asked('POST', '/runs', { agent: 'echo' })).toMatchObject(unavailable('NATS'));
    expect(await asked('POST', `/runs/${id}/retry`)).toMatchObject(unavailable('NATS'));
    expect(await asked('POST', '/tokens', { name: 'x', scopes: ['read'] })).toMatchObject(
      unavailable('NATS'),
    );
    expect(await asked('POST', '/login', { user: 'a', password: 'b' })).toMatchObject(unavailable('NATS'));
  }, 120_000);
});

describe.each(['away', 'hanging'] as const)('with Postgres %s', (how) => {
  let id: string;
  let hanging: HangingPostgres | undefined;

  beforeEach(async () => {
    id = await stored();
    if (how === 'away') {
      await platform.servers.postgres.kill();
    } else {
      hanging = HangingPostgres.hang(platform.servers.postgres);
    }
  });

  afterEach(async () => {
    hanging?.goOn();
    hanging = undefined;
    if (how === 'away') {
      await platform.servers.postgres.restart();
    }
    await untilBothAreThere();
  });

  it('answers what NATS knows, and says what Postgres is needed for', async () => {
    const { status, body } = await start();
    expect(status).toBe(202);
    const long = await client.post<{ request_id: string }>('/runs', {
      agent: 'sleeper',
      input: { ms: 60_000 },
    });
    await vi.waitFor(
      async () => {
        expect(await asked('GET', `/runs/${long.body.request_id}`)).toMatchObject({
          status: 200,
          body: { status: 'running', agent: 'sleeper', unavailable: ['postgres'] },
        });
      },
      { timeout: 20_000 },
    );
    expect(await asked('POST', `/runs/${long.body.request_id}/cancel`)).toMatchObject({ status: 202 });
    expect(await asked('GET', '/tokens')).toMatchObject({ status: 200 });
    expect(await asked('GET', '/runs')).toMatchObject(unavailable('Postgres'));
    expect(await asked('GET', '/audit')).toMatchObject(unavailable('Postgres'));
    expect(await asked('GET', '/runs/1')).toMatchObject(unavailable('Postgres'));
    expect([200, 503]).toContain((await asked('GET', `/runs/${body.request_id}`)).status);
    expect([200, 503]).toContain((await asked('GET', `/runs/${id}`)).status);
  }, 120_000);
});

describe('an api that starts while NATS is away', () => {
  it('says so, and lets nobody in before it knows who may', async () => {
    await platform.servers.nats.stop();
    const app = await platform.startApi();
    const early = new ApiClient(await app.getUrl());
    expect(await early.get('/runs')).toMatchObject(unavailable('NATS'));
    await vi.waitFor(async () => {
      expect(await early.get('/health')).toMatchObject({
        status: 200,
        body: { status: 'degraded', dependencies: { nats: { status: 'down' }, postgres: { status: 'up' } } },
      });
    });
    await platform.servers.nats.restart();
    await vi.waitFor(async () => expect((await early.get('/runs')).status).toBe(200), { timeout: 20_000 });
    await untilBothAreThere();
  }, 60_000);
});

describe('tokens and sessions', () => {
  it('hold on while NATS is away', async () => {
    const closed = await closedApi(platform);
    const admin = await loggedIn(closed, ADMIN);
    await platform.servers.nats.stop();
    expect((await admin.get('/me')).status).toBe(200);
    expect((await admin.get('/runs')).status).toBe(200);
    expect((await closed.get('/runs')).status).toBe(401);
    await platform.servers.nats.restart();
    await vi.waitFor(async () => expect((await admin.get('/health')).body['status']).toBe('ok'), {
      timeout: 20_000,
    });
  }, 60_000);
});
