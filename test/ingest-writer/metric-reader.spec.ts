import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetricQuery } from '../../apps/ingest/src/readings/metric-query.js';
import { MetricReader } from '../../apps/ingest/src/readings/metric-reader.js';
import { WriterFixture } from './writer-fixture.js';

const DAY_MS = 86_400_000;

/**
 * `$1` runs of an agent, spread evenly over the days from `$3` to `$4` before now, each with a number and a text. One in
 * `$5` has no metrics.
 */
const RUNS = `
  WITH run AS (
    INSERT INTO agent_runs (request_id, agent_name, status, trigger, requested_at, started_at, finished_at)
    SELECT gen_random_uuid(), $2::text, 'success', 'message', at, at, at
    FROM generate_series(1, $1::int) AS number,
      LATERAL (SELECT now() - make_interval(secs => 86400 * ($3::float8 + ($4::float8 - $3::float8) * number::float8 / $1))) AS time (at)
    RETURNING id, agent_name, finished_at
  )
  INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
  SELECT id, agent_name, name, CASE name WHEN 'number' THEN id END, CASE name WHEN 'text' THEN 'said' END, finished_at
  FROM run, unnest('{number,text}'::text[]) AS name
  WHERE id % $5::int <> 0`;

const SUMMARIES = `
  INSERT INTO agent_daily_summaries (agent_name, day, runs_success)
  SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date, count(*) FROM agent_runs GROUP BY 1, 2`;

let fixture: WriterFixture;
let reader: MetricReader;

beforeAll(async () => {
  fixture = await WriterFixture.start(2);
  reader = new MetricReader(fixture.connection);
  for (const daysAgo of [100, 70, 40, 10]) {
    await fixture.asOwner(
      `SELECT agent_partition_create('agent_metrics', date_trunc('month', now() AT TIME ZONE 'UTC' - make_interval(days => $1))::date)`,
      [daysAgo],
    );
  }
  await stored(2_000, 'former', 100, 70);
  await stored(150, 'rare', 99, 75);
  await stored(300, 'seldom', 95, 60);
  await stored(30_000, 'busy', 69, 35);
  await stored(50, 'quiet', 40, 39, 1);
  await stored(600, 'silent', 40, 39, 1);
  await stored(400, 'seldom', 30, 1);
  await stored(30_000, 'busy', 35, 0);
  // Reports that come late, and one of a time that no partition is made for.
  await stored(3, 'former', 90, 65);
  await stored(2, 'rare', 90, 89);
  await stored(1, 'former', 9_000, 8_999);
  await fixture.asOwner(SUMMARIES);
  await fixture.asOwner('ANALYZE');
});

afterAll(() => fixture?.stop());

async function stored(
  runs: number,
  agent: string,
  fromDays: number,
  toDays: number,
  without = 7,
): Promise<void> {
  await fixture.asOwner(RUNS, [runs, agent, fromDays, toDays, without]);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** Page after page, as text of what is shown first of each metric. */
async function walked(query: Partial<MetricQuery>): Promise<number[]> {
  const ids: number[] = [];
  let cursor = query.cursor;
  for (;;) {
    const asked = Object.assign(new MetricQuery(), query, cursor === undefined ? {} : { cursor });
    const page = await reader.read(asked);
    ids.push(...page.metrics.map(({ id }) => id));
    if (page.next_cursor === null) {
      return ids;
    }
    cursor = Number(page.next_cursor);
  }
}

/** The same by looking at every row. */
async function all({
  agent_name,
  metric_name,
  run_id,
  from,
  to,
  cursor,
}: Partial<MetricQuery>): Promise<number[]> {
  const rows = await fixture.connection.dataSource.query<{ id: string }[]>(
    `SELECT id FROM agent_metrics
     WHERE ($1::text IS NULL OR agent_name = $1) AND ($2::text IS NULL OR metric_name = $2)
       AND ($3::bigint IS NULL OR run_id = $3) AND ($4::timestamptz IS NULL OR recorded_at >= $4)
       AND ($5::timestamptz IS NULL OR recorded_at < $5) AND ($6::bigint IS NULL OR id < $6)
     ORDER BY id DESC`,
    [agent_name, metric_name, run_id, from, to, cursor],
  );
  return rows.map(({ id }) => Number(id));
}

async function expectAll(query: Partial<MetricQuery>): Promise<number> {
  const expected = await all(query);
  expect(await walked(query)).toEqual(expected);
  return expected.length;
}

describe('MetricReader', () => {
  it.each(['former', 'rare', 'seldom'])(
    'finds all metrics of %s, the last stored first',
    async (agent_name) => {
      expect(await expectAll({ agent_name, limit: 150 })).toBeGreaterThan(200);
      expect(await expectAll({ agent_name, limit: 1_000, metric_name: 'text' })).toBeGreaterThan(100);
      expect(await expectAll({ agent_name, limit: 100, cursor: 4_000 })).toBeGreaterThan(0);
      expect(await expectAll({ agent_name, limit: 100, from: daysAgo(85), to: daysAgo(80) })).toBeGreaterThan(
        0,
      );
      expect(await expectAll({ agent_name, limit: 1, from: daysAgo(67), to: daysAgo(64) })).toBeLessThan(60);
    },
  );

  it('pages through an agent that runs all the time, and through all agents', async () => {
    expect(
      await expectAll({ agent_name: 'busy', limit: 1_000, from: daysAgo(12), to: daysAgo(4) }),
    ).toBeGreaterThan(9_000);
    expect(await expectAll({ agent_name: 'busy', limit: 1_000, to: daysAgo(66) })).toBeGreaterThan(2_000);
    expect(await expectAll({ limit: 1_000, cursor: 10_000 })).toBeGreaterThan(8_000);
  });

  it.each(['silent', 'quiet', 'nobody'])('finds nothing of %s', async (agent_name) => {
    expect(await walked({ agent_name })).toEqual([]);
  });

  it('finds the metrics of a run in the partition of its end', async () => {
    const [run] = await fixture.query<{ id: number }>(
      `SELECT max(id)::int AS id FROM agent_runs WHERE agent_name = 'seldom' AND id % 7 <> 0`,
    );
    const run_id = run?.id ?? 0;
    expect(await expectAll({ run_id })).toBe(2);
    expect(await expectAll({ run_id, agent_name: 'rare' })).toBe(0);
    expect(await walked({ run_id: 1_000_000 })).toEqual([]);
  });

  it('takes no offence at days whose metrics are not kept any more', async () => {
    const drop = `SELECT agent_partition_drop_oldest('agent_metrics', now() - interval '1 day')`;
    for (let dropped = 1; dropped <= 2; dropped += 1) {
      await fixture.asOwner(drop);
      for (const agent_name of ['former', 'rare', 'silent']) {
        await expectAll({ agent_name });
      }
      expect(await expectAll({ agent_name: 'seldom' })).toBeGreaterThan(600);
    }
  });
});
