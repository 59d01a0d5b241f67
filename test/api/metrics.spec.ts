import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Page {
  readonly items: Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const DAY_MS = 86_400_000;
/** A busy day, a quiet one two days before, and one a month ago. */
const BUSY = 2_000;

let platform: Platform;
let client: ApiClient;
let today: string;

beforeAll(async () => {
  platform = await Platform.start();
  client = await startedApi(platform);
  today = new Date().toISOString().slice(0, 10);
  await platform.query(
    `
    INSERT INTO agent_runs (request_id, agent_name, status, trigger, requested_at, started_at, finished_at)
    SELECT 'run-' || n, 'measured', 'success', 'api', at, at, at
    FROM (
      SELECT n, $1::date::timestamptz + n * interval '1 second' AS at FROM generate_series(1, ${BUSY}) AS n
      UNION ALL SELECT 1000000, $1::date - interval '2 days'
      UNION ALL SELECT 1000001, $1::date - interval '30 days'
    ) AS times`,
    [today],
  );
  await platform.query(`
    INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
    SELECT id, agent_name, name, CASE name WHEN 'state' THEN NULL ELSE id END,
      CASE name WHEN 'state' THEN 'fine' END, finished_at
    FROM agent_runs, unnest(ARRAY['items', 'state', 'ünit/🙂']) AS name ORDER BY finished_at`);
  await platform.query(`
    INSERT INTO agent_daily_summaries
      (agent_name, day, runs_success, runs_failed, duration_count, duration_ms_sum, duration_ms_min, duration_ms_max)
    SELECT agent_name, finished_at::date, count(*), 1, count(*), count(*) * 10, 5, 20 FROM agent_runs
    GROUP BY agent_name, finished_at::date`);
  await platform.query(`
    INSERT INTO agent_daily_metric_summaries (agent_name, metric_name, day, count, sum, min, max)
    SELECT agent_name, metric_name, recorded_at::date, count(*), sum(metric_value), min(metric_value), max(metric_value)
    FROM agent_metrics WHERE metric_value IS NOT NULL GROUP BY agent_name, metric_name, recorded_at::date`);
});

afterAll(async () => {
  await platform.stop();
});

async function page(path: string): Promise<Page> {
  const { status, body } = await client.get<Page>(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
}

async function all(path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: Page = await page(cursor === '' ? path : `${path}&cursor=${cursor}`);
    items.push(...next.items);
    cursor = next.next_cursor;
  }
  return items;
}

const dayBefore = (days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

describe('GET /api/metrics', () => {
  it('names what an agent measures, numbers and texts', async () => {
    const numbers = { kind: 'number', first_day: dayBefore(30), last_day: today };
    expect(await all('/metrics?agent=measured&limit=2')).toEqual([
      { metric: 'items', ...numbers },
      { metric: 'state', kind: 'text', first_day: null, last_day: null },
      { metric: 'ünit/🙂', ...numbers },
    ]);
    expect((await page('/metrics?agent=nobody')).items).toEqual([]);
  });
});

describe('GET /api/metrics/points', () => {
  it.each(['items', 'state', encodeURIComponent('ünit/🙂')])(
    'has every reading of %s once, newest first',
    async (metric) => {
      const points = await all(`/metrics/points?agent=measured&metric=${metric}&limit=700`);
      expect(points).toHaveLength(BUSY + 2);
      expect(new Set(points.map(({ run_id }) => run_id)).size).toBe(BUSY + 2);
      const times = points.map(({ recorded_at }) => String(recorded_at));
      expect(times).toEqual(times.toSorted().toReversed());
      expect(points.at(-1)).toMatchObject({ recorded_at: `${dayBefore(30)}T00:00:00.000Z` });
    },
  );

  it('goes through a busy day in small pages', async () => {
    const first = await page('/metrics/points?agent=measured&metric=items&limit=10');
    const second = await page(
      `/metrics/points?agent=measured&metric=items&limit=10&cursor=${first.next_cursor}`,
    );
    const items = [...first.items, ...second.items];
    expect(first.next_cursor).toEqual(expect.any(String));
    expect(new Set(items.map(({ run_id }) => run_id)).size).toBe(items.length);
  });

  it('keeps to a range of time', async () => {
    const range = `from=${dayBefore(3)}T00:00:00Z&to=${today}T00:00:03Z`;
    const points = await all(`/metrics/points?agent=measured&metric=state&${range}`);
    expect(points.map(({ recorded_at, text, value }) => [recorded_at, text, value])).toEqual([
      [`${today}T00:00:02.000Z`, 'fine', null],
      [`${today}T00:00:01.000Z`, 'fine', null],
      [`${dayBefore(2)}T00:00:00.000Z`, 'fine', null],
    ]);
  });

  it.each([
    'agent=measured',
    'metric=items',
    'agent=measured&metric=items&limit=1001',
    'agent=measured&metric=items&from=yesterday',
    `agent=measured&metric=items&cursor=${Buffer.from('["soon",1]').toString('base64url')}`,
    `agent=measured&metric=items&cursor=${Buffer.from('["2026-02-31 99:00:00+00",1]').toString('base64url')}`,
  ])('refuses %s', async (query) => {
    expect(await client.get(`/metrics/points?${query}`)).toMatchObject({ status: 422 });
  });
});

describe('GET /api/metrics/daily', () => {
  it('has a row per day and metric, newest day first', async () => {
    const days = await all(`/metrics/daily?agent=measured&from=${dayBefore(2)}&to=${today}&limit=1`);
    expect(days.map(({ day, metric, count }) => [day, metric, count])).toEqual([
      [today, 'items', BUSY],
      [today, 'ünit/🙂', BUSY],
      [dayBefore(2), 'items', 1],
      [dayBefore(2), 'ünit/🙂', 1],
    ]);
    const [row] = (await page('/metrics/daily?agent=measured&metric=items&limit=1')).items;
    expect(row).toEqual({
      day: today,
      metric: 'items',
      count: BUSY,
      sum: expect.any(Number),
      mean: Number(row?.['sum']) / BUSY,
      min: expect.any(Number),
      max: expect.any(Number),
    });
  });

  it.each(['from=2026-02-31', 'to=today', 'metric=', 'cursor=W10'])('refuses %s', async (query) => {
    expect((await client.get(`/metrics/daily?agent=measured&${query}`)).status).toBe(422);
  });
});

describe('GET /api/summaries', () => {
  it('has a row per agent and day, newest day first', async () => {
    const rows = await all('/summaries?limit=2');
    expect(rows.map(({ agent, day }) => [agent, day])).toEqual(
      [today, dayBefore(2), dayBefore(30)].map((day) => ['measured', day]),
    );
    expect(rows[0]).toEqual({
      agent: 'measured',
      day: today,
      runs: BUSY + 1,
      success: BUSY,
      failed: 1,
      cancelled: 0,
      success_rate: BUSY / (BUSY + 1),
      duration_ms_mean: 10,
      duration_ms_min: 5,
      duration_ms_max: 20,
    });
    expect((await page(`/summaries?agent=measured&to=${dayBefore(1)}`)).items).toHaveLength(2);
    expect((await client.get('/summaries?from=never')).status).toBe(422);
  });
});
