import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { IngestClient, report } from './ingest-client.js';
import { Stored } from './stored.js';

describe('POST /metrics', () => {
  let platform: Platform;
  let client: IngestClient;
  let stored: Stored;

  beforeAll(async () => {
    platform = await Platform.start();
    client = new IngestClient(await platform.startIngest());
    await client.untilHealthy();
    stored = new Stored(platform);
  });

  afterAll(async () => await platform?.stop());

  it('keeps the contract that producers have always known', async () => {
    const answer = await client.send(
      '{"agent_name":"mi_agente","metrics":{"items_procesados":42,"errores":0,"status":"ok"},' +
        '"started_at":"2026-02-19T10:00:00Z","finished_at":"2026-02-19T10:00:45Z","error":null}',
    );
    expect(answer).toMatchObject({ status: 201, body: { run_id: expect.any(Number) } });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers).not.toHaveProperty('idempotency-replayed');
    const [run] = await stored.runs('id = $1', [answer.body['run_id']]);
    expect(run).toMatchObject({
      agent_name: 'mi_agente',
      status: 'success',
      trigger: 'report',
      error_message: null,
      started: '2026-02-19T10:00:00',
      finished: '2026-02-19T10:00:45',
    });
    expect(await stored.metricsOf(run?.id)).toEqual({
      items_procesados: ['42', null],
      errores: ['0', null],
      status: [null, 'ok'],
    });
  });

  it('stores numbers, booleans and text as what they are', async () => {
    const metrics = { small: 1e-7, large: 1.5e300, minus: -2.5, yes: true, no: false, empty: '', ñ: '🙂\n' };
    const { body } = await client.post(report({ metrics }));
    expect(await stored.metricsOf(body['run_id'])).toEqual({
      small: ['0.0000001', null],
      large: [`15${'0'.repeat(299)}`, null],
      minus: ['-2.5', null],
      yes: ['1', null],
      no: ['0', null],
      empty: [null, ''],
      ñ: [null, '🙂\n'],
    });
  });

  it.each(['Traceback: it broke', ''])('makes a failed run of the error %j', async (error) => {
    const { status, body } = await client.post(report({ error, metrics: {} }));
    expect(status).toBe(201);
    const [run] = await stored.runs('id = $1', [body['run_id']]);
    expect(run).toMatchObject({ status: 'failed', failure_reason: 'error', error_message: error });
  });

  it.each([
    ['2026-02-19T10:00:00.123456', '2026-02-19T10:00:00.123456'],
    ['2026-02-19 10:00:00.5', '2026-02-19T10:00:00.5'],
    ['2026-02-19T12:00:00.123456+02:00', '2026-02-19T10:00:00.123456'],
    ['2026-02-19T09:30:00-0030', '2026-02-19T10:00:00'],
  ])('takes the timestamp %s to the microsecond, and as UTC without a zone', async (text, expected) => {
    const { status, body } = await client.post(report({ started_at: text }));
    expect(status).toBe(201);
    const [run] = await stored.runs('id = $1', [body['run_id']]);
    expect(run?.started).toBe(expected);
  });

  it('makes one run of one Idempotency-Key', async () => {
    const first = await client.postAs('twice', report({ metrics: { a: 1, b: 2 } }));
    const second = await client.postAs('twice', report({ metrics: { b: 2, a: 1 } }));
    expect(first).toMatchObject({ status: 201 });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await stored.runOf('twice'))?.id).toBe(String(first.body['run_id']));
  });

  it('makes one run of fifty posts at once under one key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.postAs('fifty', report({ agent_name: 'fifty' }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['run_id'])).size).toBe(1);
    expect(answers.filter(({ headers }) => !('idempotency-replayed' in headers))).toHaveLength(1);
    expect(await stored.runs('agent_name = $1', ['fifty'])).toHaveLength(1);
    expect(await stored.eventsOf('fifty')).toHaveLength(1);
  });

  it('packs reports without a key into few messages, whose redelivery changes nothing', async () => {
    const agent_name = 'packed';
    const before = await stored.eventCount();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => client.post(report({ agent_name, metrics: { n } }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body['run_id'])).size).toBe(100);
    expect((await stored.eventCount()) - before).toBeLessThan(50);
    await stored.eventsAreWritten();
    const everything = await stored.everythingOf(agent_name);
    expect(everything[0]).toHaveLength(100);
    const [{ body }] = answers as [(typeof answers)[number]];
    const [run] = await stored.runs('id = $1', [body['run_id']]);
    expect(await stored.metricsOf(run?.id)).toEqual({ n: ['0', null] });
    const packs = await stored.packs();
    const nats = await platform.nats();
    packs.forEach(({ subject, data }) => nats.publish(subject, data));
    await nats.flush();
    await stored.eventsAreWritten();
    expect(await stored.everythingOf(agent_name)).toEqual(everything);
  });

  it('refuses another report under a used key', async () => {
    const first = await client.postAs('used', report({ metrics: { n: 1 } }));
    const other = await client.postAs('used', report({ metrics: { n: 2 } }));
    expect(other).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('Idempotency-Key') },
    });
    expect(await stored.metricsOf(first.body['run_id'])).toEqual({ n: ['1', null] });
  });

  it('lets exactly one of two reports have a key, and stream and table agree which', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `contested-${index}`);
    const statuses = await Promise.all(
      keys.map(async (key) => {
        const posts = ['one', 'other'].map((text) => client.postAs(key, report({ metrics: { text } })));
        return (await Promise.all(posts)).map(({ status }) => status).toSorted((one, other) => one - other);
      }),
    );
    expect(statuses).toEqual(keys.map(() => [201, 422]));
    await stored.eventsAreWritten();
    for (const key of keys) {
      const run = await stored.runOf(key);
      const [event, ...more] = await stored.eventsOf(key);
      expect(more).toEqual([]);
      expect(run?.report_hash).toBe(event?.['report_hash']);
      const { text } = await stored.metricsOf(run?.id);
      expect(event?.['metrics']).toEqual({ text: text?.[1] });
    }
  });

  it('refuses a key that belongs to a run of the platform', async () => {
    await platform.startExecutor();
    const nats = await platform.nats();
    const identity = headers();
    identity.set('Nats-Msg-Id', 'of-the-platform');
    nats.publish('runs.requests.echo', '{"input":{"n":1}}', { headers: identity });
    const run = await vi.waitFor(
      async () => {
        const found = await stored.runOf('of-the-platform');
        expect(found?.status).toBe('success');
        return found;
      },
      { timeout: 10_000, interval: 25 },
    );
    expect((await client.postAs('of-the-platform', report())).status).toBe(422);
    expect(await stored.runOf('of-the-platform')).toEqual(run);
  });

  it('writes the event into the stream as well, and its redelivery changes nothing', async () => {
    const body = report({ agent_name: 'redelivered', metrics: { n: 7 } });
    const { body: answer } = await client.postAs('redelivered', body);
    const [event] = await stored.eventsOf('redelivered');
    expect(event).toMatchObject({ type: 'reported', agent: 'redelivered', metrics: { n: 7 }, error: null });
    await stored.eventsAreWritten();
    const before = await stored.everythingOf('redelivered');
    expect(before[0]).toMatchObject([{ id: String(answer['run_id']) }]);
    const nats = await platform.nats();
    nats.publish('runs.events.redelivered', JSON.stringify(event));
    await nats.flush();
    expect(await stored.eventsOf('redelivered')).toHaveLength(2);
    await stored.eventsAreWritten();
    expect(await stored.everythingOf('redelivered')).toEqual(before);
  });

  it('sums runs and metrics up by the UTC day of their end', async () => {
    const agent_name = 'summed';
    const days = [
      {
        started_at: '2026-02-19T23:59:00Z',
        finished_at: '2026-02-20T00:00:00Z',
        metrics: { n: 1, ok: true },
      },
      {
        started_at: '2026-02-20T10:00:00Z',
        finished_at: '2026-02-20T10:00:30Z',
        metrics: { n: 4, ok: false },
      },
      { started_at: '2026-02-21T00:59:00+01:00', finished_at: '2026-02-21T01:00:00+01:00', error: 'broken' },
    ];
    await Promise.all(days.map((day) => client.post(report({ agent_name, metrics: { text: 'a' }, ...day }))));
    const summaries = await platform.query(
      `SELECT day::text, runs_success, runs_failed, duration_count, duration_ms_sum::float8 AS sum,
         duration_ms_min::float8 AS min, duration_ms_max::float8 AS max
       FROM agent_daily_summaries WHERE agent_name = $1 ORDER BY day`,
      [agent_name],
    );
    const lone = { duration_count: '1', sum: 60_000, min: 60_000, max: 60_000 };
    expect(summaries).toEqual([
      {
        day: '2026-02-20',
        runs_success: '2',
        runs_failed: '0',
        duration_count: '2',
        sum: 90_000,
        min: 30_000,
        max: 60_000,
      },
      { day: '2026-02-21', runs_success: '0', runs_failed: '1', ...lone },
    ]);
    const metrics = await platform.query(
      `SELECT metric_name AS name, day::text, count, sum, min, max
       FROM agent_daily_metric_summaries WHERE agent_name = $1 ORDER BY 1`,
      [agent_name],
    );
    expect(metrics).toEqual([
      { name: 'n', day: '2026-02-20', count: '2', sum: '5', min: '1', max: '4' },
      { name: 'ok', day: '2026-02-20', count: '2', sum: '1', min: '0', max: '1' },
    ]);
  });

  it('leaves no dead letter', async () => {
    await stored.eventsAreWritten();
    expect(await stored.deadLetters()).toBe(0);
  });
});
