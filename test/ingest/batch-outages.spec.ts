import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { HangingPostgres } from './hanging-postgres.js';
import { IngestClient, report } from './ingest-client.js';
import { Stored } from './stored.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
/** A chunk of ingest and a bit: what is read of such a batch before the rest is sent is 1,000 reports. */
const CHUNK = 1_000;
/** The first chunk waits for each server as long as a single report, those behind it only shortly. */
const LONGEST_ANSWER_MS = 14_000;
/** What is lost with a connection to NATS is delivered anew after 30 s. */
const LONGEST_TEST_MS = 90_000;

function lines(agent_name: string, from: number, to: number): string {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  return numbers.map((n) => `${JSON.stringify(report({ agent_name, metrics: { n } }))}\n`).join('');
}

describe('batches through outages', { timeout: LONGEST_TEST_MS }, () => {
  let platform: Platform;
  let url: string;
  let client: IngestClient;
  let stored: Stored;

  beforeAll(async () => {
    platform = await Platform.start({ postgres: 'private' });
    url = await platform.startIngest();
    client = new IngestClient(url);
    await client.untilHealthy();
    stored = new Stored(platform);
  });

  afterAll(async () => await platform?.stop());

  async function untilStored(agent: string, count: number): Promise<void> {
    await vi.waitFor(async () => expect(await stored.runs('agent_name = $1', [agent])).toHaveLength(count), {
      timeout: 45_000,
      interval: 50,
    });
  }

  it('accepts batches while Postgres is down, and stores each report once after that', async () => {
    await platform.servers.postgres.kill();
    const answer = await client.sendBatch(lines('accepted', 0, 2_500), NDJSON);
    expect(answer).toMatchObject({ status: 200, body: { stored: 0, accepted: 2_500, refused: 0 } });
    const [first] = answer.body['items'] as { request_id: string }[];
    expect(first).toEqual({ status: 202, request_id: expect.stringMatching(/^[\w-]{36}$/) });
    await platform.servers.postgres.restart();
    await untilStored('accepted', 2_500);
    expect(await stored.runOf(first!.request_id)).toMatchObject({
      agent_name: 'accepted',
      status: 'success',
    });
    await client.untilHealthy();
    await stored.eventsAreWritten();
    await untilStored('accepted', 2_500);
  });

  it('writes batches directly while NATS is down', async () => {
    await platform.servers.nats.stop();
    const answer = await client.sendBatch(lines('direct', 0, 2_500), NDJSON);
    expect(answer).toMatchObject({ status: 200, body: { stored: 2_500 } });
    await untilStored('direct', 2_500);
    await platform.servers.nats.restart();
    await client.untilHealthy();
  });

  it('promises nothing while both are down', async () => {
    await Promise.all([platform.servers.postgres.kill(), platform.servers.nats.stop()]);
    const answer = await client.sendBatch(lines('nowhere', 0, 2_500), NDJSON);
    expect(answer).toMatchObject({
      status: 503,
      headers: {
        'content-type': expect.stringMatching(/^application\/problem\+json/),
        'retry-after': expect.stringMatching(/^[1-9]\d*$/),
      },
      body: { detail: 'Neither Postgres nor NATS can keep the reports now' },
    });
    const items = answer.body['items'] as { status: number }[];
    expect(items.length).toBeLessThan(2_500);
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set([503]));
    await Promise.all([platform.servers.postgres.restart(), platform.servers.nats.restart()]);
    await client.untilHealthy();
    expect(await stored.runs('agent_name = $1', ['nowhere'])).toEqual([]);
  });

  it('names what it has stored when both go down midway', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const answering = fetch(`${url}/metrics/batch`, {
      method: 'POST',
      headers: NDJSON,
      body: readable,
      duplex: 'half',
    });
    await writer.write(bytes(lines('midway', 0, CHUNK + 1)));
    await untilStored('midway', CHUNK);
    await Promise.all([platform.servers.postgres.kill(), platform.servers.nats.stop()]);
    const ended = writer
      .write(bytes(lines('midway', CHUNK + 1, 4_000)))
      .then(() => writer.close())
      .catch(() => undefined); // ingest need not read to the end
    const answer = await answering;
    await ended;
    const { items } = (await answer.json()) as { items: { status: number }[] };
    expect(answer.status).toBe(503);
    const statuses = items.map(({ status }) => status);
    // 202: the answer to a commit that is done may be lost with its connection.
    expect(statuses.slice(0, CHUNK).filter((status) => status !== 201 && status !== 202)).toEqual([]);
    expect(new Set(statuses.slice(CHUNK))).toEqual(new Set([503]));
    await Promise.all([platform.servers.postgres.restart(), platform.servers.nats.restart()]);
    await client.untilHealthy();
    await stored.eventsAreWritten();
    await untilStored('midway', CHUNK);
  });

  it('answers in time while Postgres hangs', async () => {
    const postgres = HangingPostgres.hang(platform.servers.postgres);
    const answer = await client.sendBatch(lines('hung', 0, 5_000), NDJSON).finally(() => postgres.goOn());
    expect(answer).toMatchObject({ status: 200, body: { accepted: 5_000 } });
    expect(answer.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    await untilStored('hung', 5_000);
  });

  it('answers in time while NATS hangs', async () => {
    platform.servers.nats.pause();
    const answer = await client
      .sendBatch(lines('paused', 0, 5_000), NDJSON)
      .finally(() => platform.servers.nats.resume());
    expect(answer).toMatchObject({ status: 200, body: { stored: 5_000 } });
    expect(answer.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    await stored.eventsAreWritten();
    await untilStored('paused', 5_000);
  });

  it('has sent nothing to the dead letters', async () => {
    await client.untilHealthy();
    await stored.eventsAreWritten();
    expect(await stored.deadLetters()).toBe(0);
  });
});
