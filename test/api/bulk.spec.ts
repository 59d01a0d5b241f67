import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Bulk {
  readonly matched: number;
  readonly runs: Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const LONG_AGO = '2020-01-01T00:00:00Z';

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

async function startSeveral(count: number, agent: string, input: object): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const run = { agent, input, attempt_limit: 1 };
    const { body } = await client.post<{ request_id: string }>('/runs', run);
    ids.push(body.request_id);
  }
  return ids;
}

async function untilStored(agent: string, status: string, count: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { body } = await client.get<{ items: unknown[] }>(
        `/runs?agent=${agent}&status=${status}&limit=200`,
      );
      expect(body.items).toHaveLength(count);
    },
    { timeout: 15_000, interval: 100 },
  );
}

describe('POST /api/runs/cancel', () => {
  it('counts first, then ends what runs and what waits, and stands in the audit', async () => {
    const running = await startSeveral(3, 'sleeper', { ms: 60_000 });
    await untilStored('sleeper', 'running', 3);
    const preview = await client.post<Bulk>('/runs/cancel', { agent: 'sleeper', dry_run: true });
    expect(preview).toMatchObject({ status: 200, body: { matched: 3, runs: [], next_cursor: null } });
    const { status, body } = await client.post<Bulk>('/runs/cancel', { agent: 'sleeper' });
    expect([status, body.matched, body.next_cursor]).toEqual([200, 3, null]);
    expect(body.runs.map(({ request_id, status: each, problem }) => [request_id, each, problem])).toEqual(
      running.map((id) => [id, 'cancelled', null]),
    );
    await untilStored('sleeper', 'cancelled', 3);
    expect((await client.post<Bulk>('/runs/cancel', { agent: 'sleeper' })).body).toMatchObject({
      matched: 0,
    });
    await vi.waitFor(async () => {
      const audit = await client.get<{ items: object[] }>('/audit?action=runs.bulk_cancel');
      expect(audit.body.items).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            details: expect.objectContaining({ agent: 'sleeper', matched: 3, runs: 3 }),
          }),
        ]),
      );
    });
  }, 30_000);

  it('goes on with a cursor', async () => {
    await client.post('/agents/logging/pause');
    await vi.waitFor(async () => expect((await client.get('/agents/logging')).body['pause']).not.toBeNull());
    await startSeveral(5, 'logging', {});
    await vi.waitFor(
      async () => {
        const preview = { agent: 'logging', status: 'pending', dry_run: true };
        expect((await client.post<Bulk>('/runs/cancel', preview)).body.matched).toBeGreaterThanOrEqual(4);
      },
      { timeout: 10_000 },
    );
    const filter = { agent: 'logging', limit: 3 };
    const first = (await client.post<Bulk>('/runs/cancel', filter)).body;
    expect([first.runs.length, first.next_cursor]).toEqual([3, expect.any(String)]);
    const second = (await client.post<Bulk>('/runs/cancel', { ...filter, cursor: first.next_cursor })).body;
    expect([second.runs.length >= 1, second.next_cursor]).toEqual([true, null]);
    expect([...first.runs, ...second.runs].map(({ status }) => status)).not.toContain(null);
    await client.post('/agents/logging/resume');
  }, 30_000);

  it.each([
    [{}, 'one of agent, trigger, status, from and to must be given'],
    [{ status: 'success' }, 'status must be one of pending, running'],
    [{ agent: 'a b' }, 'agent must be'],
    [{ agent: 'echo', limit: 1_001 }, 'limit must be at most 1000'],
    [{ agent: 'echo', cursor: 'none' }, 'cursor must be'],
    [{ agents: 'echo' }, 'agents is not a known field'],
  ])('refuses %j', async (body, detail) => {
    expect(await client.post('/runs/cancel', body)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining(detail) },
    });
  });
});

describe('POST /api/runs/retry', () => {
  it('asks again for what has failed, with the same input, and once per key', async () => {
    const failed = await startSeveral(2, 'flaky', { succeed_at: 100, mark: 'bulk' });
    await untilStored('flaky', 'failed', 2);
    // Fewer attempts in a row than open the breaker.
    const to = new Date().toISOString();
    const filter = { agent: 'flaky', from: LONG_AGO, to, error: 'FAILS ON PURPOSE' };
    expect((await client.post<Bulk>('/runs/retry', { ...filter, dry_run: true })).body).toEqual({
      matched: 2,
      runs: [],
      next_cursor: null,
    });
    const key = { headers: { 'idempotency-key': 'second-chance' } };
    const { body } = await client.post<Bulk>('/runs/retry', filter, key);
    expect(body).toMatchObject({ matched: 2, next_cursor: null });
    expect(body.runs.map(({ request_id, problem }) => [request_id, problem])).toEqual(
      failed.map((id) => [id, null]),
    );
    await untilStored('flaky', 'failed', 4);
    const again = await client.get(`/runs/${String(body.runs[0]?.['new_request_id'])}`);
    expect(again.body).toMatchObject({ input: { succeed_at: 100, mark: 'bulk' }, trigger: 'api' });
    const repeated = await client.post<Bulk>('/runs/retry', filter, key);
    expect(repeated.body.runs).toEqual(body.runs);
    await untilStored('flaky', 'failed', 4);
  }, 40_000);

  it('says of each run why it can not be retried', async () => {
    const finished = new Date();
    await platform.query(
      `INSERT INTO agent_runs (request_id, agent_name, status, trigger, requested_at, started_at, finished_at)
       VALUES ('gone-1', 'departed', 'failed', 'api', $1, $1, $1)`,
      [finished],
    );
    await platform.query(
      `INSERT INTO agent_daily_summaries (agent_name, day, runs_failed) VALUES ('departed', $1::date, 1)`,
      [finished],
    );
    const { status, body } = await client.post<Bulk>('/runs/retry', { agent: 'departed', from: LONG_AGO });
    expect(status).toBe(200);
    expect(body.runs).toEqual([
      {
        run_id: expect.any(Number),
        request_id: 'gone-1',
        new_request_id: null,
        problem: 'The catalogue has no agent named departed',
      },
    ]);
  });

  it('refuses a filter without a time, and a key that is none', async () => {
    expect(await client.post('/runs/retry', { agent: 'flaky' })).toMatchObject({ status: 422 });
    const key = { headers: { 'idempotency-key': 'no key' } };
    expect(await client.post('/runs/retry', { from: LONG_AGO }, key)).toMatchObject({ status: 422 });
  });
});
