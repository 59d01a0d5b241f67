import { AGENT_STATES_BUCKET } from '#contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';
import { WaitingAgentsModule } from './waiting-agents.module.js';

interface Waiting {
  readonly is_waiting: boolean;
  readonly status: string;
  readonly reasons: { reason: string; detail: string; until: string | null; runs: string[] | null }[];
  readonly ahead: number | null;
  readonly unknown: string[];
  readonly unavailable: string[];
}

let platform: Platform;
let client: ApiClient;
let executor: INestApplicationContext;

beforeAll(async () => {
  platform = await Platform.start({ postgres: 'private' });
  await platform.startIngest();
  executor = await platform.startExecutor({ concurrency: 2, drainMs: 100 }, WaitingAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await client.get('/agents/echo')).status).toBe(200), {
    timeout: 10_000,
  });
});

afterAll(async () => {
  await platform.stop();
});

async function start(agent: string, input: object = {}): Promise<string> {
  const { status, body } = await client.post<{ request_id: string }>('/runs', { agent, input });
  expect(status).toBe(202);
  return body.request_id;
}

async function waiting(id: string): Promise<Waiting> {
  const { status, body, tookMs } = await client.get<Waiting>(`/runs/${id}/waiting`);
  expect([status, tookMs < 9_500]).toEqual([200, true]);
  return body;
}

async function untilReason(id: string, reason: string): Promise<Waiting> {
  return await vi.waitFor(
    async () => {
      const answer = await waiting(id);
      expect(answer.reasons.map((each) => each.reason)).toContain(reason);
      return answer;
    },
    { timeout: 12_000, interval: 100 },
  );
}

function reasonOf(answer: Waiting, reason: string): Waiting['reasons'][number] | undefined {
  return answer.reasons.find((each) => each.reason === reason);
}

async function untilStatus(id: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect((await client.get(`/runs/${id}`)).body['status']).toBe(status), {
    timeout: 10_000,
  });
}

describe('GET /api/runs/{id}/waiting', () => {
  it('knows runs that run or are over, and no others', async () => {
    const id = await start('sleeper', { ms: 60_000 });
    await untilStatus(id, 'running');
    expect(await waiting(id)).toMatchObject({
      is_waiting: false,
      status: 'running',
      reasons: [],
      ahead: null,
    });
    await client.post(`/runs/${id}/cancel`);
    await untilStatus(id, 'cancelled');
    expect(await waiting(id)).toMatchObject({ is_waiting: false, status: 'cancelled', reasons: [] });
    expect((await client.get('/runs/nobody-asked/waiting')).status).toBe(404);
  });

  it('names the limit and the runs that have reached it', async () => {
    const first = await start('narrow');
    await untilStatus(first, 'running');
    const second = await start('narrow');
    const third = await start('narrow');
    const answer = await vi.waitFor(async () => {
      const known = await waiting(second);
      expect(reasonOf(known, 'limit_reached')?.runs).toEqual([first]);
      return known;
    });
    expect(answer).toMatchObject({ is_waiting: true, ahead: 0, unknown: [], unavailable: [] });
    expect(answer.reasons.map(({ reason }) => reason)).toEqual(['limit_reached']);
    const behind = await waiting(third);
    expect(behind.ahead).toBe(1);
    expect(reasonOf(behind, 'behind_others')?.detail).toBe('1 requests for the agent are before it');
    for (const id of [third, second, first]) {
      await client.post(`/runs/${id}/cancel`);
      await untilStatus(id, 'cancelled');
    }
  });

  it('says until when it waits for its retry', async () => {
    const id = await start('stubborn');
    const answer = await untilReason(id, 'waits_for_retry');
    const retry = reasonOf(answer, 'waits_for_retry');
    expect(retry?.detail).toBe('Attempt 1 has failed, and the next one waits a while: Error: not today');
    const leftMs = Date.parse(retry?.until ?? '') - Date.now();
    expect([leftMs > 40_000, leftMs <= 72_000]).toEqual([true, true]);
    await client.post(`/runs/${id}/cancel`);
    await untilStatus(id, 'cancelled');
  });

  it('names who paused the agent, the breaker and the requests before it', async () => {
    const states = await new Kvm(await platform.nats()).open(AGENT_STATES_BUCKET);
    const breaker = { failures: 3, last_error: 'Error: no', pause_ms: 60_000 };
    const openUntil = new Date(Date.now() + 60_000).toISOString();
    await client.post('/agents/echo/pause', { reason: 'a look' });
    await states.put('echo.breaker', JSON.stringify({ ...breaker, open_until: openUntil }));
    await vi.waitFor(async () => {
      expect((await client.get('/agents/echo')).body).toMatchObject({
        pause: { reason: 'a look' },
        breaker: { state: 'open' },
      });
    });
    const ids: string[] = [];
    while (ids.length < 5) {
      ids.push(await start('echo'));
    }
    const answer = await untilReason(ids.at(-1)!, 'behind_others');
    expect(reasonOf(answer, 'agent_paused')?.detail).toMatch(/^The agent is paused by .*: a look$/);
    expect(reasonOf(answer, 'breaker_open')).toMatchObject({
      until: openUntil,
      detail: '3 attempts in a row have failed, so nothing is run for a while: Error: no',
    });
    const [queue] = (await client.get<{ items: { pending: number }[] }>('/queues?limit=1')).body.items;
    expect(answer.ahead).toBe(queue!.pending - 1);
    expect((await waiting(ids[3]!)).ahead).toBe(queue!.pending - 2);
    await client.post('/agents/echo/reset-breaker');
    await client.post('/agents/echo/resume');
    await untilStatus(ids.at(-1)!, 'success');
  });

  it('says that every executor is full, and that none is there', async () => {
    const sleepers = [await start('sleeper', { ms: 60_000 }), await start('sleeper', { ms: 60_000 })];
    for (const id of sleepers) {
      await untilStatus(id, 'running');
    }
    const id = await start('echo');
    const full = await untilReason(id, 'executors_busy');
    expect(full.is_waiting).toBe(true);
    await executor.close();
    const gone = await untilReason(id, 'no_executor');
    expect(reasonOf(gone, 'no_executor')?.detail).toBe('No executor that serves the agent is alive');
  }, 40_000);
});

/** What needs Postgres says so, and the rest goes without. */
async function othersSayThatPostgresIsAway(): Promise<void> {
  expect(await client.get('/agents/echo')).toMatchObject({
    status: 200,
    body: { statistics: null, unavailable: ['postgres'] },
  });
  expect((await client.get('/queues')).status).toBe(200);
  expect((await client.get('/executors')).status).toBe(200);
  for (const [method, path, body] of [
    ['GET', '/dead-letters'],
    ['GET', '/dead-letters/1'],
    ['POST', '/dead-letters/redrive', { filter: {} }],
    ['GET', '/metrics?agent=echo'],
    ['GET', '/metrics/points?agent=echo&metric=items'],
    ['GET', '/metrics/daily?agent=echo'],
    ['GET', '/summaries'],
    ['POST', '/runs/cancel', { agent: 'echo' }],
    ['POST', '/runs/retry', { from: '2026-01-01T00:00:00Z' }],
  ] as const) {
    expect({ path, ...(await client.send(method, path, { body })) }).toMatchObject({
      path,
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { detail: expect.stringContaining('Postgres is away') },
    });
  }
}

describe('with a server away', () => {
  it('says what it can not know', async () => {
    const stored = await start('echo');
    await vi.waitFor(
      async () => expect((await client.get(`/runs/${stored}`)).body['run_id']).toEqual(expect.any(Number)),
      { timeout: 10_000 },
    );
    await platform.servers.postgres.kill();
    const fresh = await start('echo');
    await vi.waitFor(async () => {
      expect(await waiting(fresh)).toMatchObject({ is_waiting: true, unavailable: ['postgres'] });
    });
    expect((await waiting(fresh)).reasons.map(({ reason }) => reason)).toContain('no_executor');
    await othersSayThatPostgresIsAway();
    await platform.servers.postgres.restart();
    await vi.waitFor(async () => expect((await client.get('/runs')).status).toBe(200), { timeout: 20_000 });
    await platform.servers.nats.stop();
    await vi.waitFor(
      async () => {
        expect(await waiting(stored)).toMatchObject({
          is_waiting: true,
          status: 'pending',
          reasons: [],
          unknown: [expect.stringContaining('known to NATS alone')],
          unavailable: ['nats'],
        });
      },
      { timeout: 10_000 },
    );
    await platform.servers.nats.restart();
  }, 60_000);

  it('answers within seconds when NATS hangs', async () => {
    await vi.waitFor(async () => expect((await client.get('/executors')).status).toBe(200), {
      timeout: 20_000,
    });
    const id = (await client.get<{ items: { request_id: string }[] }>('/runs?status=pending')).body.items[0]
      ?.request_id;
    platform.servers.nats.pause();
    try {
      // What was read a moment before is told for a moment.
      await vi.waitFor(async () => expect((await client.get('/executors')).status).toBe(503), {
        timeout: 15_000,
      });
      const asked = await Promise.all([
        client.get(`/runs/${id}/waiting`),
        client.get('/agents/echo'),
        client.get('/queues'),
        client.get('/executors'),
        client.post('/runs/cancel', { agent: 'echo' }),
        client.post('/agents/echo/pause'),
        client.post('/proofs'),
      ]);
      expect(asked.map(({ status }) => status)).toEqual([200, 200, 503, 503, 503, 503, 503]);
      expect(asked.every(({ tookMs }) => tookMs < 9_500)).toBe(true);
      expect(asked[0]?.body).toMatchObject({ is_waiting: true, unavailable: ['nats'] });
      expect(asked[1]?.body).toMatchObject({ executors: null, unavailable: ['nats'] });
    } finally {
      platform.servers.nats.resume();
    }
  }, 60_000);
});
