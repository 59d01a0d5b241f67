import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { type Answer, IngestClient, report } from './ingest-client.js';
import { Stored } from './stored.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const STORED = { status: 201, run_id: expect.any(Number) };

interface Item {
  readonly status: number;
  readonly run_id?: number;
}

function itemsOf(answer: Answer): Item[] {
  return answer.body['items'] as Item[];
}

function lines(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

describe('POST /metrics/batch', { timeout: 60_000 }, () => {
  let platform: Platform;
  let url: string;
  let client: IngestClient;
  let stored: Stored;

  beforeAll(async () => {
    platform = await Platform.start();
    url = await platform.startIngest();
    client = new IngestClient(url);
    await client.untilHealthy();
    stored = new Stored(platform);
  });

  afterAll(async () => await platform?.stop());

  async function countOf(agent: string): Promise<number> {
    return (await stored.runs('agent_name = $1', [agent])).length;
  }

  it.each(['JSON', 'NDJSON'])(
    'takes reports as %s, and answers for each of them in order',
    async (format) => {
      const agent_name = `mixed_${format.toLowerCase()}`;
      const batch = [
        report({ agent_name, metrics: { n: 1 } }),
        report({ agent_name: 'A' }),
        { ...report({ agent_name, metrics: { n: 3 } }), idempotency_key: `${agent_name}-3` },
        { ...report({ agent_name }), idempotency_key: 'a b' },
        { ...report({ agent_name }), idempotency_key: 5 },
        [],
        report({ agent_name, metrics: { n: 7 }, error: 'broken' }),
      ];
      const answer = await (format === 'JSON'
        ? client.sendBatch(JSON.stringify(batch))
        : client.sendBatch(lines(batch), { 'content-type': 'application/x-ndjson; charset=utf-8' }));
      const badKey = { status: 422, errors: [{ field: 'idempotency_key', message: expect.any(String) }] };
      expect(answer).toMatchObject({
        status: 207,
        body: {
          stored: 3,
          accepted: 0,
          refused: 4,
          items: [
            STORED,
            { status: 422, errors: [{ field: 'agent_name', message: expect.any(String) }] },
            STORED,
            badKey,
            badKey,
            { status: 422, errors: [{ field: '', message: 'the body must be a JSON object' }] },
            STORED,
          ],
        },
      });
      for (const [index, n] of [
        [0, 1],
        [2, 3],
        [6, 7],
      ] as const) {
        expect(await stored.metricsOf(itemsOf(answer)[index]?.run_id)).toEqual({ n: [String(n), null] });
      }
      expect(await countOf(agent_name)).toBe(3);
      expect((await stored.runOf(`${agent_name}-3`))?.id).toBe(String(itemsOf(answer)[2]?.run_id));
    },
  );

  it('answers 200 when all is taken, also nothing at all', async () => {
    expect(await client.sendBatch('[]')).toMatchObject({ status: 200, body: { stored: 0, items: [] } });
    expect(await client.sendBatch('\n\n', NDJSON)).toMatchObject({ status: 200, body: { items: [] } });
    const last = JSON.stringify(report({ agent_name: 'unended' }));
    const answer = await client.sendBatch(`\r\n${last}\r\n\n${last}`, NDJSON);
    expect(answer).toMatchObject({ status: 200, body: { stored: 2, items: [STORED, STORED] } });
  });

  it('takes 10,000 reports, and the same batch again as the same runs', async () => {
    const agent_name = 'many';
    const batch = Array.from({ length: 10_000 }, (_, n) => {
      const fields = report({ agent_name, metrics: { n, text: 'x'.repeat(20) } });
      return n % 10 === 0 ? { ...fields, idempotency_key: `many-${n}` } : fields;
    });
    const keyed = batch.filter((item) => 'idempotency_key' in item);
    const answer = await client.sendBatch(lines(batch), NDJSON);
    expect(answer).toMatchObject({ status: 200, body: { stored: 10_000 } });
    expect(new Set(itemsOf(answer).map(({ run_id }) => run_id)).size).toBe(10_000);
    expect(await countOf(agent_name)).toBe(10_000);
    const [summary] = await platform.query(
      'SELECT count, sum FROM agent_daily_metric_summaries WHERE agent_name = $1',
      [agent_name],
    );
    expect(summary).toEqual({ count: '10000', sum: String((10_000 * 9_999) / 2) });
    const again = await client.sendBatch(JSON.stringify(keyed));
    const runIds = itemsOf(answer).flatMap(({ run_id }, index) => (index % 10 === 0 ? [run_id] : []));
    expect(again.body['items']).toEqual(runIds.map((run_id) => ({ status: 201, run_id, replayed: true })));
    await stored.eventsAreWritten();
    expect(await countOf(agent_name)).toBe(10_000);
  });

  it('makes one run of a key within a batch, and refuses another report under it', async () => {
    const agent_name = 'doubled';
    const one = { ...report({ agent_name, metrics: { n: 1 } }), idempotency_key: 'doubled' };
    const other = { ...report({ agent_name, metrics: { n: 2 } }), idempotency_key: 'doubled' };
    const answer = await client.sendBatch(lines([one, one, other, one]), NDJSON);
    const [first, second, third, fourth] = itemsOf(answer);
    expect(first).toEqual({ status: 201, run_id: expect.any(Number) });
    expect(second).toEqual({ ...first, replayed: true });
    expect(third).toMatchObject({ status: 422, errors: [{ field: 'idempotency_key' }] });
    expect(fourth).toEqual(second);
    expect((await client.sendBatch(lines([other]), NDJSON)).body).toMatchObject({ items: [{ status: 422 }] });
    expect(await client.postAs('doubled', report({ agent_name, metrics: { n: 1 } }))).toMatchObject({
      status: 201,
      body: { run_id: first?.run_id },
    });
    expect(await countOf(agent_name)).toBe(1);
  });

  it('refuses a broken line and goes on behind it', async () => {
    const agent_name = 'broken_line';
    const line = JSON.stringify(report({ agent_name }));
    const poisoned = `{"__proto__":{"x":1},${line.slice(1)}`;
    const tooLong = JSON.stringify(report({ agent_name, error: 'e'.repeat(600_000) }));
    const body = [line, '{"agent_name":', line, poisoned, tooLong, 'NaN', line].join('\n');
    const answer = await client.sendBatch(body, NDJSON);
    expect(answer).toMatchObject({ status: 207, body: { stored: 3, refused: 4 } });
    expect(itemsOf(answer).map(({ status }) => status)).toEqual([201, 400, 201, 400, 413, 400, 201]);
    expect(answer.body['items']).toMatchObject([
      {},
      { detail: 'The line must be valid JSON' },
      {},
      {},
      { detail: 'A report must be at most 524288 bytes' },
      {},
      {},
    ]);
    expect(await countOf(agent_name)).toBe(3);
  });

  it('takes nothing of 10,001 reports in an array, and the first 10,000 of so many lines', async () => {
    const batch = Array.from({ length: 10_001 }, () => report({ agent_name: 'too_many', metrics: {} }));
    const tooMany = { status: 413, detail: 'A batch must have at most 10000 reports' };
    const ofArray = await client.sendBatch(JSON.stringify(batch));
    expect(ofArray).toMatchObject({ status: 413, body: { ...tooMany, items: [] } });
    expect(await countOf('too_many')).toBe(0);
    const ofLines = await client.sendBatch(lines(batch), NDJSON);
    expect(ofLines).toMatchObject({ status: 413, body: tooMany });
    expect(itemsOf(ofLines).filter(({ status }) => status === 201)).toHaveLength(10_000);
    expect(await countOf('too_many')).toBe(10_000);
  });

  it.each([
    ['an object', JSON.stringify(report()), {}, 422, 'the body must be a JSON array of reports'],
    ['half an array', '[{', {}, 400, 'JSON'],
    ['text', 'a', { 'content-type': 'text/plain' }, 415, 'Unsupported Media Type'],
    ['a key for all', '[]', { 'idempotency-key': 'all' }, 422, 'idempotency_key'],
    ['9 MiB of JSON', `["${'a'.repeat(9 * 1024 * 1024)}"]`, {}, 413, 'at most 8388608 bytes'],
    ['70 MB of lines', ' '.repeat(70_000_000), NDJSON, 413, 'at most 67108864 bytes'],
  ])('refuses %s', async (_what, body, headers: Record<string, string>, status, detail) => {
    const answer = await client.sendBatch(body, headers);
    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringContaining(detail) } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('refuses NDJSON where single reports are posted', async () => {
    expect((await client.send(lines([report()]), NDJSON)).status).toBe(415);
  });

  it('lets only producers in', async () => {
    const guarded = new IngestClient(await platform.startIngest({ token: 'a-token-for-tests-only' }));
    expect((await guarded.sendBatch(lines([report()]), NDJSON)).status).toBe(401);
    expect((await client.sendBatch('[]', { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('keeps once what it has taken of a producer that goes away midway', async () => {
    const agent_name = 'aborted';
    const posting = httpRequest(`${url}/metrics/batch`, { method: 'POST', headers: NDJSON });
    posting.on('error', () => undefined); // it is this side that goes away
    const line = (n: number): object => ({ ...report({ agent_name }), idempotency_key: `aborted-${n}` });
    posting.write(lines(Array.from({ length: 1_500 }, (_, n) => line(n))));
    await vi.waitFor(async () => expect(await countOf(agent_name)).toBe(1_000), {
      timeout: 40_000,
      interval: 50,
    });
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    posting.on('close', close).destroy();
    await closed;
    const whole = await client.sendBatch(lines(Array.from({ length: 2_000 }, (_, n) => line(n))), NDJSON);
    expect(whole).toMatchObject({ status: 200, body: { stored: 2_000 } });
    expect(itemsOf(whole).filter((item) => 'replayed' in item)).toHaveLength(1_000);
    await stored.eventsAreWritten();
    expect(await countOf(agent_name)).toBe(2_000);
  });

  it('leaves no dead letter', async () => {
    await stored.eventsAreWritten();
    expect(await stored.deadLetters()).toBe(0);
  });
});
