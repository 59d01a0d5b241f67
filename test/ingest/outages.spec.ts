import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RUN_EVENTS } from '../../libs/contracts/src/index.js';
import { Platform } from '../support/platform.js';
import { HangingPostgres } from './hanging-postgres.js';
import { IngestClient, report } from './ingest-client.js';
import { Stored, type StoredRun } from './stored.js';

const LONGEST_ANSWER_MS = 6_000;
const UNAVAILABLE = {
  status: 503,
  headers: {
    'content-type': expect.stringMatching(/^application\/problem\+json/),
    'retry-after': expect.stringMatching(/^[1-9]\d*$/),
  },
  body: { status: 503 },
};

/**
 * What the broker sent to a connection that was lost, or what it has forgotten the ack of, it delivers anew when the ack
 * wait of 30 s is over: a NATS that hangs makes ingest connect anew, and what hung in the old socket is stored, and
 * sent back to that socket, when it goes on. Rare, right, and no reason to fail.
 */
const LONGEST_TEST_MS = 90_000;

describe('ingest through outages', { timeout: LONGEST_TEST_MS }, () => {
  let platform: Platform;
  let client: IngestClient;
  let stored: Stored;

  beforeAll(async () => {
    platform = await Platform.start({ postgres: 'private' });
    client = new IngestClient(await platform.startIngest());
    await client.untilHealthy();
    stored = new Stored(platform);
  });

  afterAll(async () => await platform?.stop());

  async function untilStored(requestId: string): Promise<StoredRun> {
    return await vi.waitFor(
      async () => {
        const run = await stored.runOf(requestId);
        expect(run).toBeDefined();
        return run!;
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  async function expectHealth(status: number, nats: string, postgres: string): Promise<void> {
    await vi.waitFor(
      async () => {
        expect(await client.get('/health')).toMatchObject({
          status,
          body: { dependencies: { nats: { status: nats }, postgres: { status: postgres } } },
        });
      },
      { timeout: 5_000, interval: 25 },
    );
  }

  it('accepts reports while Postgres is down, and stores each of them once after that', async () => {
    await platform.servers.postgres.kill();
    const keyed = await client.postAs('accepted', report());
    const again = await client.postAs('accepted', report());
    const lone = await client.post(report());
    expect(keyed).toMatchObject({ status: 202, body: { request_id: 'accepted' } });
    expect(again).toMatchObject({ status: 202, body: { request_id: 'accepted' } });
    expect(lone).toMatchObject({ status: 202, body: { request_id: expect.stringMatching(/^[\w-]{36}$/) } });
    expect((await client.postAs('accepted', report({ error: 'other' }))).status).toBe(422);
    expect(await client.metrics()).toMatchObject(UNAVAILABLE);
    await expectHealth(200, 'up', 'down');
    await platform.servers.postgres.restart();
    const run = await untilStored('accepted');
    await untilStored(String(lone.body['request_id']));
    await client.untilHealthy();
    expect((await client.postAs('accepted', report())).body).toEqual({ run_id: Number(run.id) });
    await stored.eventsAreWritten();
    expect(await stored.metricsOf(run.id)).toHaveProperty('items_procesados', ['42', null]);
  });

  it('writes reports directly while NATS is down, and knows them when they come again', async () => {
    await platform.servers.nats.stop();
    const first = await client.postAs('direct', report({ agent_name: 'direct' }));
    expect(first).toMatchObject({ status: 201, body: { run_id: expect.any(Number) } });
    expect((await stored.runOf('direct'))?.id).toBe(String(first.body['run_id']));
    const second = await client.postAs('direct', report({ agent_name: 'direct' }));
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await client.postAs('direct', report({ error: 'other' }))).status).toBe(422);
    await expectHealth(200, 'down', 'up');
    const before = await stored.everythingOf('direct');
    await platform.servers.nats.restart();
    await client.untilHealthy();
    expect(await stored.eventsOf('direct')).toEqual([]);
    const third = await client.postAs('direct', report({ agent_name: 'direct' }));
    expect(third).toMatchObject({ status: 201, body: first.body });
    expect(await stored.eventsOf('direct')).toHaveLength(1);
    await stored.eventsAreWritten();
    expect(await stored.everythingOf('direct')).toEqual(before);
  });

  it('promises nothing while both are down, and works again when they are back', async () => {
    await Promise.all([platform.servers.postgres.kill(), platform.servers.nats.stop()]);
    expect(await client.postAs('nowhere', report())).toMatchObject(UNAVAILABLE);
    await expectHealth(503, 'down', 'down');
    await Promise.all([platform.servers.postgres.restart(), platform.servers.nats.restart()]);
    await client.untilHealthy();
    expect(await stored.runOf('nowhere')).toBeUndefined();
    expect((await client.postAs('nowhere', report())).status).toBe(201);
  });

  it('writes reports directly while the stream is full', async () => {
    await stored.withManager(async ({ streams }) => {
      const { config } = await streams.info(RUN_EVENTS);
      await streams.update(RUN_EVENTS, { max_bytes: 1 });
      const answer = await client.postAs('overflow', report());
      expect(answer.status).toBe(201);
      expect((await stored.runOf('overflow'))?.id).toBe(String(answer.body['run_id']));
      await streams.update(RUN_EVENTS, { max_bytes: config.max_bytes });
    });
    expect(await stored.eventsOf('overflow')).toEqual([]);
  });

  it('answers in time while Postgres hangs', async () => {
    const postgres = HangingPostgres.hang(platform.servers.postgres);
    const [report1, report2, reading] = await Promise.all([
      client.postAs('hung-1', report()),
      client.postAs('hung-2', report()),
      client.metrics(),
    ]).finally(() => postgres.goOn());
    for (const answer of [report1, report2]) {
      expect(answer.status).toBe(202);
      expect(answer.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    }
    expect(reading).toMatchObject(UNAVAILABLE);
    expect(reading.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    await untilStored('hung-1');
    await untilStored('hung-2');
  });

  it('answers in time while NATS hangs', async () => {
    platform.servers.nats.pause();
    const answer = await client.postAs('paused', report()).finally(() => platform.servers.nats.resume());
    expect(answer.status).toBe(201);
    expect(answer.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    expect((await stored.runOf('paused'))?.id).toBe(String(answer.body['run_id']));
  });

  it('answers in time while both hang, and makes one run when the post is repeated', async () => {
    const postgres = HangingPostgres.hang(platform.servers.postgres);
    platform.servers.nats.pause();
    const answer = await client.postAs('both-hung', report()).finally(() => {
      platform.servers.nats.resume();
      postgres.goOn();
    });
    expect(answer).toMatchObject(UNAVAILABLE);
    expect(answer.tookMs).toBeLessThan(LONGEST_ANSWER_MS);
    const repeated = await vi.waitFor(
      async () => {
        const next = await client.postAs('both-hung', report());
        expect(next.status).toBe(201);
        return next;
      },
      { timeout: 15_000, interval: 100 },
    );
    expect((await stored.runOf('both-hung'))?.id).toBe(String(repeated.body['run_id']));
    await stored.eventsAreWritten();
  });

  it('starts while both are down, and works by itself when they come up', async () => {
    await Promise.all([platform.servers.postgres.kill(), platform.servers.nats.stop()]);
    const early = new IngestClient(await platform.startIngest());
    expect(await early.postAs('early', report())).toMatchObject(UNAVAILABLE);
    expect(await early.metrics()).toMatchObject(UNAVAILABLE);
    expect((await early.get('/health')).status).toBe(503);
    await Promise.all([platform.servers.postgres.restart(), platform.servers.nats.restart()]);
    await early.untilHealthy();
    expect((await early.postAs('early', report())).status).toBe(201);
  });

  it('has sent nothing to the dead letters', async () => {
    await stored.eventsAreWritten();
    expect(await stored.deadLetters()).toBe(0);
    expect(await platform.query('SELECT * FROM dead_letters')).toEqual([]);
  });
});
