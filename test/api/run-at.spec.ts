import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { LATER_RUNS_BUCKET, requestSubject, RUN_REQUESTS } from '#contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiAnswer, ApiClient } from './api-client.js';
import { EventSource } from './event-source.js';
import { startedApi } from './started-api.js';

const SCHEDULER = 'apps/scheduler/src/main.js';
const PATIENT = { timeout: 20_000, interval: 50 };
const YEAR_MS = 365 * 86_400_000;

interface Row {
  readonly request_id: string;
  readonly status: string;
  readonly scheduled_for: Date | null;
  readonly started_at: Date | null;
}

let platform: Platform;
let client: ApiClient;
let scheduler: ServiceProcess;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  scheduler = platform.spawn(SCHEDULER);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await client.get('/agents/echo')).status).toBe(200), PATIENT);
});

afterAll(async () => {
  await platform.stop();
});

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

async function ask(key: string, run_at: string, more: object = {}): Promise<ApiAnswer> {
  return await client.post(
    '/runs',
    { agent: 'echo', run_at, ...more },
    { headers: { 'idempotency-key': key } },
  );
}

async function rows(prefix: string): Promise<Row[]> {
  return await platform.query<Row>(
    'SELECT request_id, status, scheduled_for, started_at FROM agent_runs WHERE request_id LIKE $1 ORDER BY 1',
    [`${prefix}%`],
  );
}

async function rowOf(requestId: string, status: string): Promise<Row> {
  return await vi.waitFor(async () => {
    const [row] = await rows(requestId);
    expect(row?.status).toBe(status);
    return row!;
  }, PATIENT);
}

/** The ids of all requests in the stream, of one subject if it is given. */
async function requested(subject?: string): Promise<string[]> {
  const manager = await jetstreamManager(await platform.nats());
  const { state } = await manager.streams.info(RUN_REQUESTS);
  const ids: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
    const message = await manager.streams.getMessage(RUN_REQUESTS, { seq });
    if (subject === undefined || message?.subject === subject) {
      ids.push(message?.header.get('Nats-Msg-Id') ?? '');
    }
  }
  return ids;
}

async function untilNoneWaits(): Promise<void> {
  await vi.waitFor(async () => {
    expect((await client.get('/later-runs')).body).toMatchObject({ items: [] });
  }, PATIENT);
}

describe('a run that is to begin later', () => {
  it('is known until then, begins at its instant, once, and is no schedule', async () => {
    const run_at = inMs(2_500);
    expect(await ask('later', run_at, { input: { n: 1 } })).toMatchObject({
      status: 202,
      headers: { location: '/api/runs/later' },
      body: { request_id: 'later', run_id: null, agent: 'echo' },
    });
    expect((await client.get('/runs/later')).body).toMatchObject({
      status: 'pending',
      run_id: null,
      trigger: 'api',
      scheduled_for: run_at,
      attempt: 0,
      input: { n: 1 },
    });
    expect((await client.get('/runs/later/waiting')).body).toMatchObject({
      is_waiting: true,
      reasons: [{ reason: 'run_at', until: run_at }],
    });
    expect((await client.get('/later-runs?agent=echo')).body).toMatchObject({
      items: [{ request_id: 'later', run_at, asked_by: expect.any(String) }],
    });
    expect((await client.get('/schedules')).body).toMatchObject({ items: [] });
    const again = await ask('later', run_at, { input: { n: 1 } });
    expect(again).toMatchObject({ status: 202, headers: { 'idempotency-replayed': 'true' } });
    expect((await ask('later', run_at, { input: { n: 2 } })).status).toBe(422);
    expect((await ask('later', inMs(60_000), { input: { n: 1 } })).status).toBe(422);
    const now = { agent: 'echo', input: { n: 1 } };
    const header = { headers: { 'idempotency-key': 'later' } };
    expect((await client.post('/runs', now, header)).status).toBe(422);
    const source = EventSource.open(client, '/runs/later/events');
    await source.ended;
    expect(source.names[0]).toBe('run');
    expect(source.names.at(-1)).toBe('succeeded');
    const row = await rowOf('later', 'success');
    expect(row.scheduled_for?.toISOString()).toBe(run_at);
    expect(row.started_at!.getTime()).toBeGreaterThanOrEqual(Date.parse(run_at) - 50);
    expect(row.started_at!.getTime()).toBeLessThan(Date.parse(run_at) + 1_500);
    await untilNoneWaits();
    expect(await ask('later', run_at, { input: { n: 1 } })).toMatchObject({
      status: 202,
      headers: { 'idempotency-replayed': 'true' },
      body: { run_id: expect.any(Number) },
    });
    expect((await requested()).filter((id) => id === 'later')).toHaveLength(1);
  });

  it('begins at once when its instant is over', async () => {
    const offset = '2020-01-01T00:00:00+01:00';
    expect((await ask('past', offset)).status).toBe(202);
    expect((await rowOf('past', 'success')).scheduled_for?.toISOString()).toBe('2019-12-31T23:00:00.000Z');
  });

  it('is cancelled before its start, and stays so', async () => {
    const run_at = inMs(1_500);
    await ask('cancelled', run_at);
    await ask('witness', run_at);
    expect(await client.post('/runs/cancelled/cancel')).toMatchObject({
      status: 202,
      body: { status: 'cancelled' },
    });
    expect((await client.get('/runs/cancelled')).body).toMatchObject({
      status: 'cancelled',
      scheduled_for: run_at,
    });
    const { body } = await client.get<{ items: object[] }>('/later-runs');
    expect(body.items).toMatchObject([{ request_id: 'witness' }]);
    expect(await ask('cancelled', run_at)).toMatchObject({ headers: { 'idempotency-replayed': 'true' } });
    await rowOf('witness', 'success');
    await rowOf('cancelled', 'cancelled');
    expect(await requested()).not.toContain('cancelled');
  });

  it('may be a retry', async () => {
    const run_at = inMs(1_000);
    await ask('first', '2020-01-01T00:00:00Z', { input: { n: 7 } });
    await rowOf('first', 'success');
    const { status, body } = await client.post<{ request_id: string }>('/runs/first/retry', { run_at });
    expect(status).toBe(202);
    expect((await client.get(`/runs/${body.request_id}`)).body).toMatchObject({
      status: 'pending',
      scheduled_for: run_at,
      input: { n: 7 },
    });
    await rowOf(body.request_id, 'success');
  });

  it('keeps its priority', async () => {
    const run_at = inMs(600);
    await ask('urgent', run_at, { priority: 'high' });
    expect((await ask('urgent', run_at)).status).toBe(422);
    await untilNoneWaits();
    expect(await requested(requestSubject('echo', 'high'))).toContain('urgent');
  });

  it('is known while Postgres is away', async () => {
    const run_at = inMs(YEAR_MS);
    await ask('blind', run_at);
    const blind = await startedApi(platform, { databaseUrl: 'postgres://nobody@127.0.0.1:9/nothing' });
    const { body } = await blind.get('/runs/blind');
    expect(body).toMatchObject({ status: 'pending', scheduled_for: run_at, unavailable: ['postgres'] });
    expect((await blind.post('/runs/blind/cancel')).body).toMatchObject({ status: 'cancelled' });
    await rowOf('blind', 'cancelled');
  });

  it.each([
    [{ run_at: inMs(2 * YEAR_MS) }, 'run_at must be at most 366 days ahead'],
    [{ run_at: 'tomorrow' }, 'run_at must be an ISO 8601'],
    [{ run_at: '2026-11-22T10:00:00' }, 'run_at must end with Z or an offset'],
    [{ run_at: inMs(60_000), deadline: inMs(30_000) }, 'deadline must be after run_at'],
    [{ run_at: inMs(60_000), input: { text: 'x'.repeat(70_000) } }, 'input must be at most 65536 bytes'],
  ])('is refused by field and bound: %j', async (fields, detail) => {
    const answer = await client.post('/runs', { agent: 'echo', ...fields });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(detail);
  });

  it('is begun late by a scheduler that was down, and not again when it is over', async () => {
    await scheduler.kill();
    const run_at = inMs(500);
    await ask('late', run_at);
    await vi.waitFor(async () => {
      const { body } = await client.get('/runs/late/waiting');
      expect(body).toMatchObject({
        reasons: [{ until: null, detail: expect.stringContaining('no scheduler') }],
      });
    }, PATIENT);
    // As if the one before had died between its request and taking it out, longer ago than the broker knows.
    const bucket = await new Kvm(await platform.nats()).open(LATER_RUNS_BUCKET);
    const request = { trigger: 'api', scheduled_for: run_at };
    await bucket.put('past', JSON.stringify({ agent: 'echo', run_at, request, asked_at: run_at }));
    scheduler = platform.spawn(SCHEDULER);
    await rowOf('late', 'success');
    await untilNoneWaits();
    expect((await requested()).filter((id) => id === 'past')).toHaveLength(1);
  });

  it('begins once, however many schedulers there are and whichever of them die', async () => {
    const others = [platform.spawn(SCHEDULER), platform.spawn(SCHEDULER)];
    const startMs = Date.now() + 1_500;
    const count = 60;
    const asked = Array.from({ length: count }, async (_each, index) => {
      const run_at = new Date(startMs + index * 40).toISOString();
      return (await ask(`many-${String(index).padStart(2, '0')}`, run_at)).status;
    });
    expect(new Set(await Promise.all(asked))).toEqual(new Set([202]));
    await vi.waitFor(async () => expect((await rows('many-')).length).toBeGreaterThan(5), PATIENT);
    await Promise.all([scheduler.kill(), ...others.map((other) => other.kill())]);
    scheduler = platform.spawn(SCHEDULER);
    await vi.waitFor(async () => {
      const found = await rows('many-');
      expect(found.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'success'));
    }, PATIENT);
    await untilNoneWaits();
    const ids = (await requested()).filter((id) => id.startsWith('many-'));
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
  }, 40_000);
});
