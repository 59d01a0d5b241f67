import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import { IngestClient, report } from './ingest-client.js';

interface Reading {
  readonly id: number;
  readonly run_id: number;
  readonly agent_name: string;
  readonly metric_name: string;
  readonly metric_value: number | null;
  readonly metric_text: string | null;
  readonly recorded_at: string;
}

describe('GET /metrics', () => {
  let platform: Platform;
  let client: IngestClient;
  let reportedRun: number;

  beforeAll(async () => {
    platform = await Platform.start();
    client = new IngestClient(await platform.startIngest());
    await client.untilHealthy();
    for (let hour = 0; hour < 4; hour += 1) {
      const at = `2026-02-19T1${hour}:00:00Z`;
      const times = { started_at: at, finished_at: at };
      await client.post(report({ ...times, agent_name: 'even', metrics: { n: hour, name: `run ${hour}` } }));
      const { body } = await client.post(report({ ...times, agent_name: 'odd', metrics: { n: -hour } }));
      reportedRun = Number(body['run_id']);
    }
  });

  afterAll(async () => await platform?.stop());

  async function page(query: Record<string, string>): Promise<{ metrics: Reading[]; next: string | null }> {
    const { status, body } = await client.metrics(query);
    expect(status).toBe(200);
    return { metrics: body['metrics'] as Reading[], next: body['next_cursor'] as string | null };
  }

  async function valuesOf(query: Record<string, string>): Promise<unknown[]> {
    return (await page(query)).metrics.map(
      ({ agent_name, metric_name, metric_value, metric_text }) =>
        `${agent_name} ${metric_name} ${metric_value ?? metric_text}`,
    );
  }

  it('shows every field, the newest first', async () => {
    const { metrics, next } = await page({});
    expect(metrics).toHaveLength(12);
    expect(next).toBeNull();
    expect(metrics[0]).toEqual({
      id: expect.any(Number),
      run_id: reportedRun,
      agent_name: 'odd',
      metric_name: 'n',
      metric_value: -3,
      metric_text: null,
      recorded_at: '2026-02-19T13:00:00.000Z',
    });
    const ids = metrics.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
  });

  it.each([
    [{ agent_name: 'odd' }, ['odd n -3', 'odd n -2', 'odd n -1', 'odd n 0']],
    [{ metric_name: 'name' }, ['even name run 3', 'even name run 2', 'even name run 1', 'even name run 0']],
    [{ metric_name: 'n', from: '2026-02-19T13:00:00Z' }, ['odd n -3', 'even n 3']],
    [{ metric_name: 'n', from: '2026-02-19T14:00:00+01:00' }, ['odd n -3', 'even n 3']],
    [{ metric_name: 'n', to: '2026-02-19T11:00:00' }, ['odd n 0', 'even n 0']],
    [{ agent_name: 'nobody' }, []],
    [{ metric_name: "' OR 1=1 --" }, []],
  ])('filters by %j', async (query, expected) => {
    expect(await valuesOf(query as unknown as Record<string, string>)).toEqual(expected);
  });

  it('filters by run, and by everything at once', async () => {
    const [run] = await platform.query<{ id: string }>(
      "SELECT id FROM agent_runs WHERE agent_name = 'even' AND finished_at = '2026-02-19T11:00:00Z'",
    );
    const run_id = String(run?.id);
    expect(new Set(await valuesOf({ run_id }))).toEqual(new Set(['even n 1', 'even name run 1']));
    const everything = {
      run_id,
      agent_name: 'even',
      metric_name: 'n',
      from: '2026-02-19T11:00:00Z',
      to: '2026-02-19T11:00:01Z',
      limit: '5',
    };
    expect(await valuesOf(everything)).toEqual(['even n 1']);
    expect(await valuesOf({ ...everything, agent_name: 'odd' })).toEqual([]);
    expect(await valuesOf({ ...everything, cursor: '1' })).toEqual([]);
  });

  it('walks over all rows exactly once while new ones arrive', async () => {
    const before = (await page({ limit: '1000' })).metrics.map(({ id }) => id);
    const walked: number[] = [];
    let cursor: string | null = null;
    do {
      const { metrics, next } = await page({ limit: '5', ...(cursor !== null && { cursor }) });
      walked.push(...metrics.map(({ id }) => id));
      await client.post(report({ agent_name: 'late', metrics: { a: 1, b: 2 } }));
      cursor = next;
    } while (cursor !== null);
    expect(walked).toEqual(before);
  });

  it('has no page after one that is full to the last row', async () => {
    expect((await page({ agent_name: 'odd', limit: '4' })).next).toBeNull();
    expect((await page({ agent_name: 'odd', limit: '3' })).next).not.toBeNull();
    expect((await page({ limit: '1000' })).next).toBeNull();
  });

  it.each([
    ['limit=0', 'limit', 'limit must be at least 1'],
    ['limit=1001', 'limit', 'limit must be at most 1000'],
    ['limit=', 'limit', 'limit must be a whole number'],
    ['limit=ten', 'limit', 'limit must be a whole number'],
    ['limit=1&limit=2', 'limit', 'limit must be a whole number'],
    ['agent_name=a.b', 'agent_name', 'agent_name must be 1 to 100 characters of a-z, 0-9 and _'],
    ['metric_name=', 'metric_name', 'metric_name must be 1 to 200 characters without NUL'],
    ['metric_name=a%00', 'metric_name', 'metric_name must be 1 to 200 characters without NUL'],
    [`metric_name=${'n'.repeat(201)}`, 'metric_name', 'metric_name must be 1 to 200 characters without NUL'],
    ['run_id=0', 'run_id', 'run_id must be at least 1'],
    ['run_id=-1', 'run_id', 'run_id must be a whole number'],
    ['run_id=99999999999999999999', 'run_id', 'run_id must be at most 9007199254740991'],
    ['cursor=x', 'cursor', 'cursor must be the next_cursor of an earlier answer'],
    ['cursor=99999999999999999999', 'cursor', 'cursor must be the next_cursor of an earlier answer'],
    ['from=yesterday', 'from', 'from must be an ISO 8601 date and time such as 2026-02-19T10:00:00Z'],
    ['to=2026-02-30T00:00:00Z', 'to', 'to must be an ISO 8601 date and time such as 2026-02-19T10:00:00Z'],
    ['agent=even', 'agent', 'agent is not a known field'],
    ['__proto__=1', '__proto__', '__proto__ is not an allowed field'],
    ['hasOwnProperty=1', 'hasOwnProperty', 'hasOwnProperty is not an allowed field'],
  ])('refuses ?%s, naming the parameter', async (query, field, message) => {
    const answer = await client.get(`/metrics?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body['errors']).toContainEqual({ field, message });
  });
});
