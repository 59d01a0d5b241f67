import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import { IngestClient, report } from './ingest-client.js';
import { Stored } from './stored.js';

const TEXT_BOUND = 'must be at most 8192 characters of text';
const AGENT_BOUND = 'agent_name must be 1 to 100 characters of a-z, 0-9 and _';
const KEY_BOUND = 'Idempotency-Key must be 1 to 100 characters of A-Z, a-z, 0-9, _ and -';
const TIMESTAMP_BOUND = 'must be an ISO 8601 date and time such as 2026-02-19T10:00:00Z';

/** A body with one metric whose value is this piece of JSON. */
function withMetric(json: string): string {
  return JSON.stringify(report({ metrics: { x: 'HERE' } })).replace('"HERE"', json);
}

function without(field: string): string {
  return JSON.stringify({ ...report(), [field]: undefined });
}

function withFields(fields: object): string {
  return JSON.stringify({ ...report(), ...fields });
}

function manyMetrics(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, index]));
}

function problem(status: number): object {
  return {
    status,
    headers: { 'content-type': expect.stringMatching(/^application\/problem\+json/) },
    body: { type: 'about:blank', title: expect.any(String), status, detail: expect.any(String) },
  };
}

describe('POST /metrics with bad input', () => {
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

  const REFUSED: [what: string, body: string, field: string, message: string][] = [
    ['an array', '[]', '', 'the body must be a JSON object'],
    ['null', 'null', '', 'the body must be a JSON object'],
    ['a text', '"a"', '', 'the body must be a JSON object'],
    ['an unknown field', withFields({ agent: 'a' }), 'agent', 'agent is not a known field'],
    [
      'a field that every object has',
      withFields({ hasOwnProperty: 1 }),
      'hasOwnProperty',
      'hasOwnProperty is not an allowed field',
    ],
    ['no agent_name', without('agent_name'), 'agent_name', AGENT_BOUND],
    [
      'an agent_name of 300 characters',
      withFields({ agent_name: 'a'.repeat(300) }),
      'agent_name',
      AGENT_BOUND,
    ],
    ['an agent_name with a dot', withFields({ agent_name: 'a.b' }), 'agent_name', AGENT_BOUND],
    ['an agent_name with a line feed', withFields({ agent_name: 'a\n' }), 'agent_name', AGENT_BOUND],
    ['no metrics', without('metrics'), 'metrics', 'metrics must be an object of names and values'],
    [
      'metrics in an array',
      withFields({ metrics: [1] }),
      'metrics',
      'metrics must be an object of names and values',
    ],
    ['1,001 metrics', withFields({ metrics: manyMetrics(1_001) }), 'metrics', 'metrics must be at most 1000'],
    [
      'an object as metric',
      withMetric('{"a":1}'),
      'metrics',
      'metric "x" must be a number, a boolean or text',
    ],
    ['an array as metric', withMetric('[1]'), 'metrics', 'metric "x" must be a number, a boolean or text'],
    ['null as metric', withMetric('null'), 'metrics', 'metric "x" must be a number, a boolean or text'],
    ['1e400', withMetric('1e400'), 'metrics', 'metric "x" must be a finite number'],
    [
      'a text of 10,000 characters',
      withMetric(JSON.stringify('a'.repeat(10_000))),
      'metrics',
      `metric "x" ${TEXT_BOUND}`,
    ],
    [
      'NUL in a text',
      withMetric(String.raw`"a\u0000"`),
      'metrics',
      'metric "x" must be well-formed text without NUL characters',
    ],
    [
      'half of a surrogate pair',
      withMetric(String.raw`"\ud83d"`),
      'metrics',
      'metric "x" must be well-formed text without NUL characters',
    ],
    [
      'a metric name of 300 characters',
      withFields({ metrics: { ['n'.repeat(300)]: 1 } }),
      'metrics',
      `metric name "${'n'.repeat(40)}…" must be 1 to 200 characters`,
    ],
    [
      'an empty metric name',
      withFields({ metrics: { '': 1 } }),
      'metrics',
      'metric name "" must be 1 to 200 characters',
    ],
    ['no started_at', without('started_at'), 'started_at', `started_at ${TIMESTAMP_BOUND}`],
    ['no finished_at', without('finished_at'), 'finished_at', `finished_at ${TIMESTAMP_BOUND}`],
    [
      'a number as timestamp',
      withFields({ started_at: 1_771_495_200 }),
      'started_at',
      `started_at ${TIMESTAMP_BOUND}`,
    ],
    ['a date alone', withFields({ started_at: '2026-02-19' }), 'started_at', `started_at ${TIMESTAMP_BOUND}`],
    [
      '30 February',
      withFields({ started_at: '2026-02-30T10:00:00Z' }),
      'started_at',
      `started_at ${TIMESTAMP_BOUND}`,
    ],
    [
      'the year 0',
      withFields({ started_at: '0000-01-01T00:00:00Z' }),
      'started_at',
      `started_at ${TIMESTAMP_BOUND}`,
    ],
    [
      'a zone of 23 hours',
      withFields({ finished_at: '2026-02-19T10:00:45+23:00' }),
      'finished_at',
      `finished_at ${TIMESTAMP_BOUND}`,
    ],
    [
      'an end before the start',
      withFields({ finished_at: '2026-02-19T09:59:59.999Z' }),
      'finished_at',
      'finished_at must not be before started_at',
    ],
    [
      'an end a microsecond before the start',
      withFields({ started_at: '2026-02-19T10:00:00.000002', finished_at: '2026-02-19T10:00:00.000001' }),
      'finished_at',
      'finished_at must not be before started_at',
    ],
    ['a number as error', withFields({ error: 5 }), 'error', 'error must be a text or null'],
    [
      'an endless error',
      withFields({ error: 'a'.repeat(32_769) }),
      'error',
      'error must be at most 32768 characters',
    ],
  ];

  it.each(REFUSED)('refuses %s with 422', async (_what, body, field, message) => {
    const answer = await client.send(body);
    expect(answer).toMatchObject(problem(422));
    expect(answer.body['errors']).toContainEqual({ field, message });
    expect(answer.body['detail']).toContain(message);
  });

  it('names everything that is wrong at once', async () => {
    const { body } = await client.send('{"agent_name":"A","metrics":{"x":null,"y":[]},"started_at":1}');
    const errors = body['errors'] as { field: string }[];
    expect(errors.map(({ field }) => field).toSorted()).toEqual([
      'agent_name',
      'finished_at',
      'metrics',
      'started_at',
    ]);
    expect(body['detail']).toContain('metric "x" must be');
    expect(body['detail']).toContain('metric "y" must be');
  });

  it.each([
    ['nothing', ''],
    ['half a body', '{"agent_name":'],
    ['NaN', withMetric('NaN')],
    ['__proto__ in the body', `{"__proto__":{"x":1},${JSON.stringify(report()).slice(1)}`],
    ['__proto__ in the metrics', JSON.stringify(report()).replace('"items_procesados"', '"__proto__"')],
    ['a constructor with a prototype', withMetric('{"constructor":{"prototype":{"x":1}}}')],
  ])('refuses %s with 400', async (_what, body) => {
    const answer = await client.send(body);
    expect(answer).toMatchObject(problem(400));
    expect(answer.body['detail']).toMatch(/JSON|json|prototype/);
  });

  it.each([
    ['plain text', { 'content-type': 'text/plain' }, JSON.stringify(report())],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'agent_name=a'],
    ['a packed body', { 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(JSON.stringify(report())))],
    ['a body that claims to be packed', { 'content-encoding': 'br' }, JSON.stringify(report())],
  ])('refuses %s with 415', async (_what, headers: Record<string, string>, body) => {
    expect(await client.send(body, headers)).toMatchObject(problem(415));
  });

  it('refuses a body without a content type with 415', async () => {
    expect(
      await client.send(new TextEncoder().encode(JSON.stringify(report())), { 'content-type': '' }),
    ).toMatchObject(problem(415));
  });

  it('refuses 2 MB with 413, naming the bound', async () => {
    const answer = await client.send(withFields({ error: 'a'.repeat(2_000_000) }));
    expect(answer).toMatchObject(problem(413));
    expect(answer.body['detail']).toBe('The body must be at most 524288 bytes');
  });

  it.each(['', ' ', 'a.b', 'a b', '*', 'ñ', 'k'.repeat(300)])(
    'refuses the Idempotency-Key %j with 422',
    async (key) => {
      const answer = await client.postAs(key, report());
      expect(answer).toMatchObject(problem(422));
      expect(answer.body['errors']).toEqual([{ field: 'Idempotency-Key', message: KEY_BOUND }]);
    },
  );

  it('answers what it does not know as a problem, too', async () => {
    expect(await client.get('/nothing/here')).toMatchObject(problem(404));
    expect(await client.get('/%zz')).toMatchObject(problem(400));
  });

  it('takes what is exactly at the bounds', async () => {
    const metrics = { ...manyMetrics(998), ['n'.repeat(200)]: 't'.repeat(8_192), constructor: 1 };
    const body = report({
      agent_name: 'a'.repeat(100),
      metrics,
      error: '\0'.repeat(32_768),
      finished_at: report().started_at,
    });
    expect((await client.postAs('k'.repeat(100), body)).status).toBe(201);
    const run = await stored.runOf('k'.repeat(100));
    expect(Object.keys(await stored.metricsOf(run?.id))).toHaveLength(1_000);
    expect(run?.error_message).toBe('\uFFFD'.repeat(32_768));
  });

  it('has written nothing of all that, neither to Postgres nor to a stream', async () => {
    await stored.eventsAreWritten();
    expect(await stored.runs('request_id <> $1', ['k'.repeat(100)])).toEqual([]);
    expect(await stored.eventCount()).toBe(1);
    expect(await stored.deadLetters()).toBe(0);
  });
});
