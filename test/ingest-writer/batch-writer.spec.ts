import type { AnyRunEvent } from '#contracts';
import { isDatabaseUnavailable, isDataError } from '#database';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UnstorableValueError } from '../../apps/ingest/src/writer/storable-json.js';
import { manyHistories, randomOf, RunHistory, shuffled } from './run-events.js';
import { WriterFixture } from './writer-fixture.js';

const WRITERS = 4;

let fixture: WriterFixture;

beforeAll(async () => {
  fixture = await WriterFixture.start();
});

afterAll(() => fixture?.stop());

async function metricsOf(requestId: string): Promise<Record<string, string | null>> {
  const rows = await fixture.query<{
    metric_name: string;
    metric_value: string | null;
    metric_text: string | null;
  }>(
    `SELECT m.* FROM agent_metrics m JOIN agent_runs r ON r.id = m.run_id WHERE request_id = $1 ORDER BY metric_name`,
    [requestId],
  );
  return Object.fromEntries(
    rows.map(({ metric_name, metric_value, metric_text }) => [
      metric_name,
      metric_value ?? `text ${metric_text}`,
    ]),
  );
}

function batchesOf(events: readonly AnyRunEvent[], random: () => number): AnyRunEvent[][] {
  const batches: AnyRunEvent[][] = [];
  for (let from = 0; from < events.length;) {
    const size = 1 + Math.floor(random() * 40);
    batches.push(events.slice(from, from + size));
    from += size;
  }
  return batches;
}

function crowd(name: string): AnyRunEvent[] {
  return Array.from({ length: 300 }, (_, index) =>
    new RunHistory(`${name}-${index}`, `agent_${index % 30}`).succeeded(1, { one: 0.1, two: index }),
  );
}

describe('BatchWriter under redelivery', { timeout: 60_000 }, () => {
  it('stores with 4 writers, every event eight times and in any order, what one clean pass stores', async () => {
    const random = randomOf(42);
    const events = manyHistories(300, random).flat();
    const clean = await WriterFixture.start();
    const torn = await WriterFixture.start();
    try {
      await clean.batches.write(events);
      let transitions = 0;
      const writeAll = async (): Promise<void> => {
        for (const batch of batchesOf(shuffled([...events, ...events], random), random)) {
          const written = await torn.batches.write(batch);
          transitions += [...written.values()].filter(({ transitioned }) => transitioned).length;
        }
      };
      await Promise.all(Array.from({ length: WRITERS }, writeAll));

      expect(await torn.content()).toEqual(await clean.content());
      expect(await torn.summaryDifferences()).toEqual([]);
      const [finals] = await torn.query<{ count: string }>(
        `SELECT count(*) FROM agent_runs WHERE finished_at IS NOT NULL`,
      );
      expect(transitions).toBe(Number(finals?.count));
      expect(transitions).toBeGreaterThan(200);
    } finally {
      await Promise.all([clean.stop(), torn.stop()]);
    }
  });

  it('stores everything once though its connections are cut again and again', async () => {
    const cut = await WriterFixture.start();
    try {
      const random = randomOf(11);
      const batches = batchesOf(crowd('cut'), random);
      let failures = 0;
      const write = async (batch: AnyRunEvent[]): Promise<void> => {
        for (let written = false; !written;) {
          written = await cut.batches.write(batch).then(
            () => true,
            (error: unknown) => {
              if (!isDatabaseUnavailable(error)) {
                throw error;
              }
              failures += 1;
              return false;
            },
          );
        }
      };
      const writeAll = async (): Promise<void> => {
        for (const batch of shuffled(batches, random)) {
          await write(batch);
        }
      };
      const written = new AbortController();
      const cutting = (async (): Promise<void> => {
        while (!written.signal.aborted) {
          await cut.cutConnections();
        }
      })();
      try {
        await Promise.all(Array.from({ length: WRITERS }, writeAll));
      } finally {
        written.abort();
        await cutting;
      }
      expect(failures).toBeGreaterThan(0);
      // The pool may still hold connections of the last cut.
      await vi.waitFor(async () => {
        expect(await cut.query('SELECT count(*)::int FROM agent_runs')).toEqual([{ count: 300 }]);
        expect(await cut.summaryDifferences()).toEqual([]);
      });
    } finally {
      await cut.stop();
    }
  });

  it('never deadlocks: writers that meet on the same runs and summaries wait for each other', async () => {
    const crowded = await WriterFixture.start();
    try {
      const random = randomOf(7);
      const shared = crowd('shared');
      const writeAll = async (_: unknown, writer: number): Promise<void> => {
        for (let round = 0; round < 5; round += 1) {
          // Runs in common would make the writers wait before they come to the summaries.
          await crowded.batches.write(shuffled(crowd(`writer-${writer}-${round}`), random));
          await crowded.batches.write(shuffled(shared, random));
        }
      };
      await Promise.all(Array.from({ length: WRITERS }).map(writeAll));
      expect(await crowded.summaryDifferences()).toEqual([]);
      expect(await crowded.deadlocks()).toBe(0);
    } finally {
      await crowded.stop();
    }
  });
});

describe('BatchWriter', () => {
  it('tells id, transition and hash, also of runs that were there', async () => {
    const run = new RunHistory('told');
    const hash = 'b'.repeat(64);
    const first = await fixture.batches.write([run.reported({ rows: 1 }, hash)]);
    const again = await fixture.batches.write([run.reported({ rows: 2 }, 'c'.repeat(64))]);
    const { runId } = first.get('told')!;
    expect(runId).toBeTypeOf('number');
    expect(first.get('told')).toEqual({ runId, transitioned: true, reportHash: hash });
    expect(again.get('told')).toEqual({ runId, transitioned: false, reportHash: hash });
    expect(await metricsOf('told')).toEqual({ rows: '1' });
  });

  it('writes nothing for no events', async () => {
    expect(await fixture.batches.write([])).toEqual(new Map());
  });

  it('makes a complete row of a run whose end comes first, and lets a late start change nothing', async () => {
    const run = new RunHistory('late');
    await fixture.batches.write([run.succeeded(2, { rows: 5 }, { ok: true })]);
    const complete = await fixture.run('late');
    expect(complete).toMatchObject({
      status: 'success',
      attempt: 2,
      trigger: 'schedule',
      schedule_name: 'daily',
      scheduled_for: new Date('2026-11-22T03:58:58.000Z'),
      requested_at: new Date('2026-11-22T03:58:59.000Z'),
      started_at: new Date('2026-11-22T04:01:00.000Z'),
      finished_at: new Date('2026-11-22T04:01:01.234Z'),
      executor: 'executor-2',
      input: { request: 'late' },
      result: { ok: true },
    });
    const written = await fixture.batches.write([run.started(1), run.attemptFailed(1), run.started(3)]);
    expect(written.get('late')?.transitioned).toBe(false);
    expect(await fixture.run('late')).toEqual(complete);
    expect(
      await fixture.query('SELECT attempt FROM agent_run_attempts WHERE run_id = $1', [complete?.['id']]),
    ).toEqual([{ attempt: 1 }]);
  });

  it('follows a run through its attempts', async () => {
    const run = new RunHistory('followed');
    await fixture.batches.write([run.started(1)]);
    expect(await fixture.run('followed')).toMatchObject({
      status: 'running',
      attempt: 1,
      error_message: null,
    });
    await fixture.batches.write([run.attemptFailed(1)]);
    expect(await fixture.run('followed')).toMatchObject({
      status: 'pending',
      attempt: 1,
      error_message: 'boom',
    });
    await fixture.batches.write([run.started(1)]);
    expect(await fixture.run('followed')).toMatchObject({ status: 'pending', attempt: 1 });
    await fixture.batches.write([run.started(2)]);
    expect(await fixture.run('followed')).toMatchObject({
      status: 'running',
      attempt: 2,
      error_message: null,
    });
    await fixture.batches.write([run.failed(2, { rows: 1 })]);
    expect(await fixture.run('followed')).toMatchObject({
      status: 'failed',
      attempt: 2,
      failure_reason: 'error',
    });
  });

  it('stores numbers exactly and sums them exactly, in any order', async () => {
    const values = {
      tenth: 0.1,
      huge: 1e300,
      tiny: 5e-324,
      negative: -1.5,
      zero: 0,
      yes: true,
      no: false,
      word: 'ü',
    };
    const random = randomOf(3);
    const runs = Array.from({ length: 30 }, (_, index) =>
      new RunHistory(`exact-${index}`, 'exact').succeeded(1, values),
    );
    for (const event of shuffled(runs, random)) {
      await fixture.batches.write([event]);
    }
    expect(await metricsOf('exact-0')).toMatchObject({
      tenth: '0.1',
      huge: `1${'0'.repeat(300)}`,
      negative: '-1.5',
      yes: '1',
      no: '0',
      word: 'text ü',
    });
    expect(Number((await metricsOf('exact-0'))['tiny'])).toBe(5e-324);
    const sums = await fixture.query<{ metric_name: string; sum: string; count: string }>(
      `SELECT metric_name, count, trim_scale(sum)::text AS sum FROM agent_daily_metric_summaries
       WHERE agent_name = 'exact' AND metric_name NOT IN ('tiny') ORDER BY metric_name`,
    );
    expect(sums).toEqual([
      { metric_name: 'huge', count: '30', sum: `3${'0'.repeat(301)}` },
      { metric_name: 'negative', count: '30', sum: '-45' },
      { metric_name: 'no', count: '30', sum: '0' },
      { metric_name: 'tenth', count: '30', sum: '3' },
      { metric_name: 'yes', count: '30', sum: '30' },
      { metric_name: 'zero', count: '30', sum: '0' },
    ]);
    expect(await fixture.summaryDifferences()).toEqual([]);
  });

  it('counts runs and durations on the UTC day of their end', async () => {
    const beforeMidnight = new RunHistory('day-1', 'days', Date.parse('2026-11-22T23:59:58.000Z'));
    const overMidnight = new RunHistory('day-2', 'days', Date.parse('2026-11-22T23:59:59.000Z'));
    const expired = new RunHistory('day-3', 'days', Date.parse('2026-11-23T12:00:00.000Z'));
    await fixture.batches.write([beforeMidnight.succeeded(), overMidnight.succeeded(), expired.expired()]);
    const rows = await fixture.query(
      `SELECT day::text, runs_success, runs_failed, duration_count, duration_ms_sum::float8, duration_ms_min::float8
       FROM agent_daily_summaries WHERE agent_name = 'days' ORDER BY day`,
    );
    expect(rows).toEqual([
      {
        day: '2026-11-22',
        runs_success: '1',
        runs_failed: '0',
        duration_count: '1',
        duration_ms_sum: 1234,
        duration_ms_min: 1234,
      },
      {
        day: '2026-11-23',
        runs_success: '1',
        runs_failed: '1',
        duration_count: '1',
        duration_ms_sum: 1234,
        duration_ms_min: 1234,
      },
    ]);
  });

  it('keeps microseconds, and takes a timestamp without a zone as UTC', async () => {
    const run = Object.assign(new RunHistory('zones').reported({}, 'd'.repeat(64)), {
      started_at: '2026-11-22T04:00:00.000001',
      finished_at: '2026-11-22T06:00:00.123456+02:00',
    });
    await fixture.batches.write([run]);
    const [row] = await fixture.query(
      `SELECT to_char(started_at AT TIME ZONE 'UTC', 'HH24:MI:SS.US') AS started,
         to_char(finished_at AT TIME ZONE 'UTC', 'HH24:MI:SS.US') AS finished
       FROM agent_runs WHERE request_id = 'zones'`,
    );
    expect(row).toEqual({ started: '04:00:00.000001', finished: '04:00:00.123456' });
  });

  it('stores what JSON may hold and Postgres may not: NUL and halves of surrogate pairs', async () => {
    const run = new RunHistory('unstorable');
    const input = { 'k\0': ['\uD83D', String.raw`\u0000`] };
    const failed = Object.assign(run.failed(2, {}, 'a\0b\uDE00'), {
      origin: Object.assign(run.failed().origin, { input }),
    });
    await fixture.batches.write([Object.assign(run.attemptFailed(1, '\0')), failed]);
    expect(await fixture.run('unstorable')).toMatchObject({
      error_message: 'a\uFFFDb\uFFFD',
      input: { 'k\uFFFD': ['\uFFFD', String.raw`\u0000`] },
    });
    await fixture.batches.write([new RunHistory('unstorable-2').succeeded(1, {}, { text: '\0😀' })]);
    expect(await fixture.run('unstorable-2')).toMatchObject({ result: { text: '\uFFFD😀' } });
  });

  it('keeps metrics whose names mean something to JavaScript', async () => {
    const metrics = JSON.parse('{"__proto__":1,"constructor":2,"a b.c":3}') as Record<string, number>;
    await fixture.batches.write([new RunHistory('names').succeeded(1, metrics)]);
    expect(Object.entries(await metricsOf('names'))).toEqual([
      ['__proto__', '1'],
      ['a b.c', '3'],
      ['constructor', '2'],
    ]);
  });
});

describe('BatchWriter with poison in the batch', () => {
  const poison = {
    'a time that is none': Object.assign(new RunHistory('poison-time').started(), { started_at: '2026-W47' }),
    'an attempt too high': Object.assign(new RunHistory('poison-attempt').started(), { attempt: 2 ** 31 }),
    'a name too long': Object.assign(new RunHistory('poison-name').started(), { agent: 'a'.repeat(101) }),
    'a result nested too deeply': Object.assign(new RunHistory('poison-depth').succeeded(), {
      result: JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown,
    }),
  };

  it.each(Object.entries(poison))('refuses %s and commits its neighbours', async (name, event) => {
    const neighbours = Array.from({ length: 20 }, (_, index) =>
      new RunHistory(`beside ${name} ${index}`.replaceAll(' ', '-'), 'neighbour').succeeded(1, { rows: 1 }),
    );
    const batch: AnyRunEvent[] = neighbours.toSpliced(13, 0, event as never);
    const failure: unknown = await fixture.batches.write(batch).catch((error: unknown) => error);
    // How deep JSON.stringify can go depends on the stack of the process.
    expect(isDataError(failure) || failure instanceof UnstorableValueError).toBe(true);

    const { written, refused } = await fixture.batches.writeOrSplit(batch);
    expect(refused).toEqual([
      { item: event, reason: expect.stringMatching(/SQLSTATE (22|54)|nested too deeply/) },
    ]);
    expect([...written.keys()].toSorted()).toEqual(neighbours.map(({ request_id }) => request_id).toSorted());
    expect([...written.values()].every(({ transitioned }) => transitioned)).toBe(true);
    expect(await fixture.run(event.request_id)).toBeUndefined();
    expect(await fixture.summaryDifferences()).toEqual([]);
  });

  it('says of a run once that it became final, though its events were split', async () => {
    const run = new RunHistory('split');
    const { written, refused } = await fixture.batches.writeOrSplit([
      run.succeeded(),
      poison['a time that is none'],
      run.started(),
    ]);
    expect(refused).toHaveLength(1);
    expect(written.get('split')?.transitioned).toBe(true);
  });

  it('refuses nothing when the database is away', async () => {
    const gone = await WriterFixture.start();
    const { batches } = gone;
    await gone.stop();
    const failure: unknown = await batches
      .writeOrSplit([new RunHistory('away').succeeded()])
      .catch((error: unknown) => error);
    expect(isDatabaseUnavailable(failure)).toBe(true);
  });
});
