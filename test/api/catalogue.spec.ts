import { AGENT_STATES_BUCKET, EXECUTORS_BUCKET } from '#contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Listed {
  readonly items: Record<string, unknown>[];
  readonly next_cursor: string | null;
}

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await client.get('/agents/echo')).status).toBe(200), {
    timeout: 10_000,
  });
});

afterAll(async () => {
  await platform.stop();
});

async function agent(name: string): Promise<Record<string, unknown>> {
  return (await client.get(`/agents/${name}`)).body;
}

async function over(name: string, input: object): Promise<void> {
  const { body } = await client.post<{ request_id: string }>('/runs', { agent: name, input });
  await vi.waitFor(
    async () => {
      const run = (await client.get(`/runs/${body.request_id}`)).body;
      expect([run['run_id'], run['finished_at']]).toEqual([expect.any(Number), expect.any(String)]);
    },
    { timeout: 10_000 },
  );
}

describe('agents', () => {
  it('are listed by name, page by page', async () => {
    const first = await client.get<Listed>('/agents?limit=3');
    expect(first.body.items.map(({ name }) => name)).toEqual(['echo', 'flaky', 'logging']);
    expect(first.body).toMatchObject({ unavailable: [] });
    const second = await client.get<Listed>(`/agents?limit=3&cursor=${first.body.next_cursor}`);
    expect(second.body.items.map(({ name }) => name)).toEqual(['sleeper', 'slow']);
    expect(second.body.next_cursor).toBeNull();
  });

  it('say what bounds them, who serves them and what their runs came to', async () => {
    const { last_7_days: before } = (await agent('slow'))['statistics'] as Record<string, { failed: number }>;
    await over('slow', {});
    expect(await agent('slow')).toMatchObject({
      name: 'slow',
      group: 'default',
      isolation: 'inline',
      limits: { attempt_limit: 1, time_limit_ms: 300, concurrency: 10, concurrency_per_executor: null },
      declared_schedules: [],
      schedules: [],
      pause: null,
      breaker: null,
      input_schema: null,
      executors: 1,
      statistics: {
        since_yesterday: {
          failed: before!.failed + 1,
          success_rate: 0,
          duration_ms_mean: expect.any(Number),
        },
        last_7_days: { runs: before!.failed + 1, failed: before!.failed + 1, success: 0 },
      },
      unavailable: [],
    });
  });

  it('say what input they take', async () => {
    expect((await agent('logging'))['input_schema']).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { lines: { type: 'integer', minimum: 0, default: 0 } },
      required: [],
      additionalProperties: false,
    });
  });

  it('are paused and resumed by whoever asks, which stands in the audit', async () => {
    const paused = await client.post('/agents/echo/pause', { reason: 'a look' });
    expect(paused).toMatchObject({ status: 200, body: { agent: 'echo', paused_at: expect.any(String) } });
    await vi.waitFor(async () => {
      expect((await agent('echo'))['pause']).toEqual({
        at: paused.body['paused_at'],
        by: expect.any(String),
        reason: 'a look',
      });
    });
    expect((await client.post('/agents/echo/pause')).body).toEqual(paused.body);
    expect((await client.post('/agents/echo/resume')).body).toEqual({ agent: 'echo', changed: true });
    expect((await client.post('/agents/echo/resume')).body).toEqual({ agent: 'echo', changed: false });
    await vi.waitFor(async () => expect((await agent('echo'))['pause']).toBeNull());
    await vi.waitFor(async () => {
      const { body } = await client.get<Listed>('/audit?target=echo');
      expect(body.items.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['agents.pause', 'agents.resume']),
      );
    });
  });

  it('show their breaker, and close it when they are told to', async () => {
    const states = await new Kvm(await platform.nats()).open(AGENT_STATES_BUCKET);
    const breaker = { failures: 3, last_error: 'Error: no', pause_ms: 60_000 };
    const openUntil = new Date(Date.now() + 60_000).toISOString();
    await states.put('flaky.breaker', JSON.stringify({ ...breaker, open_until: openUntil }));
    await vi.waitFor(async () => {
      expect((await agent('flaky'))['breaker']).toEqual({
        state: 'open',
        open_until: openUntil,
        failures: 3,
        last_error: 'Error: no',
      });
    });
    expect((await client.post('/agents/flaky/reset-breaker')).body).toEqual({
      agent: 'flaky',
      changed: true,
    });
    await vi.waitFor(async () => expect((await agent('flaky'))['breaker']).toBeNull());
  });

  it.each([
    ['GET', '/agents/nobody'],
    ['GET', '/agents/No.body'],
    ['POST', '/agents/nobody/pause'],
    ['POST', '/agents/nobody/resume'],
    ['POST', '/agents/%3E/reset-breaker'],
  ])('are not made up: %s %s', async (method, path) => {
    expect(await client.send(method, path)).toMatchObject({ status: 404, body: { title: 'Not Found' } });
  });

  it('refuse a reason that is none', async () => {
    expect(await client.post('/agents/echo/pause', { reason: 5 })).toMatchObject({ status: 422 });
  });
});

describe('executors', () => {
  it('say what they serve and how busy they are', async () => {
    const { body } = await client.get<Listed>('/executors');
    expect(body.items).toEqual([
      {
        id: expect.any(String),
        group: 'default',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        status: 'running',
        agents: ['echo', 'flaky', 'logging', 'sleeper', 'slow'],
        concurrency: 50,
        held_runs: 0,
        busy: 0,
        started_at: expect.any(String),
        last_seen: expect.any(String),
      },
    ]);
    const id = String(body.items[0]?.['id']);
    expect((await client.get(`/executors/${id}`)).body).toMatchObject({ id });
    expect((await client.get('/executors/nobody')).status).toBe(404);
    expect((await client.get<Listed>('/executors?agent=nobody')).body.items).toEqual([]);
  });

  it('come, drain, and go at once when they stop in order', async () => {
    let second: INestApplicationContext | undefined;
    const ids = async (): Promise<unknown[]> =>
      (await client.get<Listed>('/executors')).body.items.map(
        ({ group, status }) => `${String(group)} ${String(status)}`,
      );
    second = await platform.startExecutor({ group: 'second', concurrency: 2 }, ApiAgentsModule);
    await vi.waitFor(async () => expect(await ids()).toContain('second running'), { timeout: 5_000 });
    await second.close();
    await vi.waitFor(async () => expect(await ids()).toEqual(['default running']), { timeout: 5_000 });
  });

  it('are gone when they say nothing any more', async () => {
    const bucket = await new Kvm(await platform.nats()).open(EXECUTORS_BUCKET);
    const presence = { id: 'silent-1', group: 'silent', agents: ['echo'], concurrency: 1, held_runs: 1 };
    const whole = { ...presence, started_at: new Date().toISOString(), is_draining: false };
    await bucket.put('silent-1', JSON.stringify(whole));
    await vi.waitFor(async () => {
      expect(await client.get('/executors/silent-1')).toMatchObject({
        status: 200,
        body: { busy: 1, version: null },
      });
    });
    await vi.waitFor(async () => expect((await client.get('/executors/silent-1')).status).toBe(404), {
      timeout: 20_000,
      interval: 500,
    });
  }, 30_000);

  it('that make no sense are left out', async () => {
    const bucket = await new Kvm(await platform.nats()).open(EXECUTORS_BUCKET);
    await bucket.put('odd', 'none of ours');
    await vi.waitFor(async () => {
      const { status, body } = await client.get<Listed>('/executors');
      expect([status, body.items.length]).toEqual([200, 1]);
    });
  });
});

describe('with NATS away', () => {
  it('the catalogue is as it was last, and the rest says what is missing', async () => {
    await platform.servers.nats.stop();
    await vi.waitFor(async () => {
      expect((await client.get('/health')).body).toMatchObject({
        dependencies: { nats: { status: 'down' } },
      });
    });
    expect(await client.get('/agents/echo')).toMatchObject({
      status: 200,
      body: { name: 'echo', schedules: null, executors: null, unavailable: ['nats'] },
    });
    expect(await client.get('/agents?limit=1')).toMatchObject({
      status: 200,
      body: { unavailable: ['nats'] },
    });
    for (const [method, path] of [
      ['GET', '/executors'],
      ['GET', '/queues'],
      ['POST', '/agents/echo/pause'],
      ['POST', '/proofs'],
    ] as const) {
      expect({ path, ...(await client.send(method, path)) }).toMatchObject({
        path,
        status: 503,
        body: { detail: expect.stringContaining('NATS is away') },
      });
    }
    await platform.servers.nats.restart();
    await vi.waitFor(
      async () => expect((await client.get<Listed>('/executors')).body.items).toHaveLength(1),
      {
        timeout: 20_000,
      },
    );
  }, 60_000);
});
