import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiAnswer, ApiClient } from './api-client.js';
import { EventSource } from './event-source.js';
import { startedApi } from './started-api.js';

interface Requested {
  readonly request_id: string;
  readonly run_id: number | null;
}

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await start('echo', {})).status).toBe(202), { timeout: 10_000 });
});

afterAll(async () => {
  await platform.stop();
});

async function start(
  agent: string,
  input: object,
  headers: Record<string, string> = {},
): Promise<ApiAnswer<Requested>> {
  return await client.post<Requested>('/runs', { agent, input }, { headers });
}

async function finished(agent: string, input: object): Promise<Record<string, unknown>> {
  const { body } = await start(agent, input);
  return await over(body.request_id);
}

async function over(id: string): Promise<Record<string, unknown>> {
  return await vi.waitFor(
    async () => {
      const { body } = await client.get(`/runs/${id}`);
      expect(body['finished_at']).toEqual(expect.any(String));
      expect(body['run_id']).toEqual(expect.any(Number));
      return body;
    },
    { timeout: 10_000 },
  );
}

describe('a run that is asked for', () => {
  it('is taken at once, and found by both of its ids', async () => {
    const asked = await start('echo', { items: 3 });
    expect(asked).toMatchObject({ status: 202, body: { run_id: null, agent: 'echo' } });
    expect(asked.headers['location']).toBe(`/api/runs/${asked.body.request_id}`);
    const run = await over(asked.body.request_id);
    expect(run).toMatchObject({
      agent: 'echo',
      status: 'success',
      trigger: 'api',
      attempt: 1,
      input: { items: 3 },
      metrics: { items: 3 },
      attempts: [],
      unavailable: [],
    });
    expect((run['time_line'] as { event: string }[]).map(({ event }) => event)).toEqual([
      'requested',
      'started',
      'succeeded',
    ]);
    expect((await client.get(`/runs/${String(run['run_id'])}`)).body).toEqual(run);
    expect((await client.get(`/runs/${String(run['run_id'])}/result`)).body).toEqual({
      run_id: run['run_id'],
      request_id: asked.body.request_id,
      status: 'success',
      result: { attempt: 1, requestId: asked.body.request_id },
      error_message: null,
    });
  });

  it('is one run under one Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'order-4711' };
    expect((await start('echo', { n: 1 }, key)).body.request_id).toBe('order-4711');
    const { run_id } = await over('order-4711');
    const again = await start('echo', { n: 1 }, key);
    expect(again).toMatchObject({
      status: 202,
      headers: { 'idempotency-replayed': 'true' },
      body: { request_id: 'order-4711', run_id },
    });
    expect(await start('echo', { n: 2 }, key)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'Idempotency-Key' }] },
    });
    expect((await start('echo', {}, { 'idempotency-key': 'a b' })).status).toBe(422);
  });

  it('names an agent that there is, and nothing unknown', async () => {
    expect((await start('nobody', {})).status).toBe(404);
    expect(await client.post('/runs', { agent: 'No Body' })).toMatchObject({ status: 422 });
    expect(await client.post('/runs', { agent: 'echo', input: [] })).toMatchObject({ status: 422 });
    expect(await client.post('/runs', { agent: 'echo', colour: 'red' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'colour', message: 'colour is not a known field' }] },
    });
  });

  it('shows its failed attempts', async () => {
    const run = await finished('flaky', { succeed_at: 3 });
    expect(run).toMatchObject({ status: 'success', attempt: 3, error_message: null });
    expect(run['attempts']).toMatchObject([
      { attempt: 1, error_message: 'Error: attempt 1 fails on purpose' },
      { attempt: 2, error_message: 'Error: attempt 2 fails on purpose' },
    ]);
    expect((run['time_line'] as { event: string }[]).map(({ event }) => event)).toEqual([
      'requested',
      'started',
      'attempt_failed',
      'started',
      'attempt_failed',
      'started',
      'succeeded',
    ]);
  });

  it('has a log, page by page', async () => {
    const { request_id: id } = await finished('logging', { lines: 5 });
    const first = await client.get<Logs>(`/runs/${String(id)}/logs?limit=2`);
    expect(first.body.items.map(({ line }) => line)).toEqual([0, 1]);
    const next = await client.get<Logs>(`/runs/${String(id)}/logs?limit=2&cursor=${first.body.next_cursor}`);
    expect(next.body.items.map(({ line }) => line)).toEqual([2, 3]);
    expect((await client.get<Logs>(`/runs/${String(id)}/logs?attempt=2`)).body.items).toEqual([]);
  });

  it('can not be found when nobody asked for it', async () => {
    for (const path of ['', '/result', '/logs', '/events']) {
      const { status } = await client.get(`/runs/never${path}`);
      expect({ path, status }).toEqual({ path, status: 404 });
    }
    expect((await client.get('/runs/a%20b')).status).toBe(404);
    expect((await client.post('/runs/never/cancel')).status).toBe(404);
    expect((await client.post('/runs/never/retry')).status).toBe(404);
  });
});

interface Logs {
  readonly items: { readonly line: number; readonly message: string }[];
  readonly next_cursor: string | null;
}

describe('a run that goes on', () => {
  it('has no result, and can be cancelled, not retried', async () => {
    const { body } = await start('sleeper', { ms: 60_000 });
    await vi.waitFor(
      async () => expect((await client.get(`/runs/${body.request_id}`)).body['status']).toBe('running'),
      { timeout: 10_000 },
    );
    expect((await client.get(`/runs/${body.request_id}/result`)).status).toBe(409);
    expect((await client.post(`/runs/${body.request_id}/retry`)).status).toBe(409);
    const cancelled = await client.post(`/runs/${body.request_id}/cancel`);
    expect(cancelled).toMatchObject({
      status: 202,
      body: { request_id: body.request_id, status: 'cancelled' },
    });
    const run = await over(body.request_id);
    expect(run).toMatchObject({ status: 'cancelled', error_message: 'Cancelled by local' });
    expect((await client.post(`/runs/${String(run['run_id'])}/cancel`)).body['status']).toBe('cancelled');
  });
});

describe('a run that is over', () => {
  it('can be retried, with its input or another', async () => {
    const { request_id: id } = await finished('echo', { n: 7 });
    const same = await client.post<Requested>(`/runs/${String(id)}/retry`);
    expect(same.status).toBe(202);
    expect(same.body.request_id).not.toBe(id);
    expect(await over(same.body.request_id)).toMatchObject({ agent: 'echo', metrics: { n: 7 } });
    const other = await client.post<Requested>(`/runs/${String(id)}/retry`, { input: { n: 8 } });
    expect(await over(other.body.request_id)).toMatchObject({ metrics: { n: 8 } });
  });
});

describe('the list', () => {
  it('is filtered and paged', async () => {
    await finished('slow', {});
    const failed = await vi.waitFor(async () => {
      const { body } = await client.get<List>('/runs?status=failed&agent=slow&error=TIME&trigger=api');
      expect(body.items).toHaveLength(1);
      return body.items;
    });
    expect(failed[0]).toMatchObject({ agent: 'slow', status: 'failed' });
    const first = await client.get<List>('/runs?agent=echo&limit=2');
    expect(first.body.items).toHaveLength(2);
    const next = await client.get<List>(`/runs?agent=echo&limit=2&cursor=${first.body.next_cursor}`);
    expect(next.body.items[0]!.run_id).toBeLessThan(first.body.items[1]!.run_id);
    expect((await client.get<List>('/runs?to=2020-01-01T00:00:00Z')).body).toEqual({
      items: [],
      next_cursor: null,
    });
  });

  it.each([
    'limit=0',
    'limit=x',
    'status=over',
    'agent=A',
    'from=now',
    'colour=red',
    'cursor=x',
    'limit=1&limit=2',
  ])('refuses ?%s', async (query) => {
    expect(await client.get(`/runs?${query}`)).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ field: query.split('=')[0] })]) },
    });
  });
});

interface List {
  readonly items: { readonly run_id: number; readonly request_id: string }[];
  readonly next_cursor: string | null;
}

describe('the events of a run', () => {
  it('come as they happen, and end with the run', async () => {
    const { body } = await start('sleeper', { ms: 700 });
    const source = EventSource.open(client, `/runs/${body.request_id}/events`);
    await source.ended;
    expect(source.names).toEqual(['run', 'started', 'succeeded']);
    expect(source.events.at(-1)?.data).toMatchObject({ metrics: { slept_ms: 700 } });
    expect(source.events.map(({ id }) => id)).toEqual([undefined, expect.any(String), expect.any(String)]);
  });

  it('outlive the limit of other answers', async () => {
    const { body } = await start('sleeper', { ms: 11_000 });
    const source = EventSource.open(client, `/runs/${body.request_id}/events`);
    await source.ended;
    expect(source.names).toEqual(['run', 'started', 'succeeded']);
  });

  it('are told again to who comes late, and go on for who comes back', async () => {
    const { request_id: id } = await finished('flaky', { succeed_at: 2 });
    const path = `/runs/${String(id)}/events`;
    const source = EventSource.open(client, path);
    await source.ended;
    expect(source.names.slice(0, 2)).toEqual(['run', 'attempt_failed']);
    expect(source.names.at(-1)).toBe('succeeded');
    const [, first] = source.events;
    const rest = EventSource.open(client, path, { 'last-event-id': first!.id! });
    await rest.ended;
    expect(rest.events).toEqual(source.events.slice(2));
    const nothing = EventSource.open(client, path, { 'last-event-id': source.events.at(-1)!.id! });
    await nothing.ended;
    expect(nothing.status).toBe(204);
  });

  it('are told from Postgres when the stream has none', async () => {
    const { request_id: id } = await finished('flaky', { succeed_at: 2 });
    const manager = await jetstreamManager(await platform.nats());
    await vi.waitFor(async () => {
      const rows = await platform.query(
        'SELECT FROM agent_runs WHERE request_id = $1 AND finished_at IS NOT NULL',
        [id],
      );
      expect(rows).toHaveLength(1);
    });
    await manager.streams.purge('RUN_EVENTS', { filter: `runs.events.${String(id)}` });
    const source = EventSource.open(client, `/runs/${String(id)}/events`);
    await source.ended;
    expect(source.names).toEqual(['run', 'attempt_failed', 'succeeded']);
    expect(source.events.at(-1)).toMatchObject({ id: 'final', data: { metrics: { attempt: 2 } } });
    const again = EventSource.open(client, `/runs/${String(id)}/events`, { 'last-event-id': 'final' });
    await again.ended;
    expect(again.status).toBe(204);
  });

  it('have the log in its place', async () => {
    const { request_id: id } = await finished('logging', { lines: 3 });
    const manager = await jetstreamManager(await platform.nats());
    await vi.waitFor(async () => {
      expect((await client.get<Logs>(`/runs/${String(id)}/logs`)).body.items).toHaveLength(3);
      const rows = await platform.query(
        'SELECT FROM agent_runs WHERE request_id = $1 AND finished_at IS NOT NULL',
        [id],
      );
      expect(rows).toHaveLength(1);
    });
    await manager.streams.purge('RUN_EVENTS', { filter: `runs.events.${String(id)}` });
    const source = EventSource.open(client, `/runs/${String(id)}/events`);
    await source.ended;
    expect(source.names).toEqual(['run', 'log', 'succeeded']);
    expect(source.events[1]?.data['entries']).toMatchObject([
      { level: 'info', message: 'line 0' },
      { level: 'info', message: 'line 1' },
      { level: 'info', message: 'line 2' },
    ]);
  });

  it('are heard of runs that end in a pack', async () => {
    const starts = await Promise.all(Array.from({ length: 40 }, async (_, n) => await start('echo', { n })));
    const sources = starts.map(({ body }) => EventSource.open(client, `/runs/${body.request_id}/events`));
    await Promise.all(sources.map(async ({ ended }) => await ended));
    sources.forEach((source, n) =>
      expect(source.events.at(-1)).toMatchObject({ event: 'succeeded', data: { metrics: { n } } }),
    );
  });
});
