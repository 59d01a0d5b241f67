import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

type Row = Record<string, unknown>;

interface Queues {
  readonly items: Row[];
  readonly next_cursor: string | null;
  readonly services: Row[];
  readonly streams: Row[];
}

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

async function queues(query = ''): Promise<Queues> {
  return (await client.get<Queues>(`/queues${query}`)).body;
}

async function queueOf(agent: string): Promise<Row | undefined> {
  return (await queues()).items.find((each) => each['agent'] === agent);
}

describe('GET /api/queues', () => {
  it('says what waits, for how long, and agrees with the consumer info of a plain client', async () => {
    await client.post('/agents/echo/pause');
    await vi.waitFor(async () => expect((await client.get('/agents/echo')).body['pause']).not.toBeNull());
    await client.post('/runs', { agent: 'sleeper', input: { ms: 60_000 } });
    for (let count = 0; count < 3; count += 1) {
      await client.post('/runs', { agent: 'echo' });
    }
    const manager = await jetstreamManager(await platform.nats());
    await vi.waitFor(async () => expect((await queueOf('sleeper'))?.['in_flight']).toBe(1), {
      timeout: 5_000,
    });
    const { items } = await queues();
    for (const queue of items) {
      const info = await manager.consumers.info('RUN_REQUESTS', String(queue['consumer']));
      expect(queue).toMatchObject({
        stream: 'RUN_REQUESTS',
        pending: info.num_pending,
        in_flight: info.num_ack_pending,
        redelivered: info.num_redelivered,
        max_ack_pending: info.config.max_ack_pending,
        delivered_sequence: info.delivered.stream_seq,
        is_in_catalogue: true,
      });
    }
    expect(items.map(({ agent }) => agent)).toEqual(['echo', 'flaky', 'logging', 'sleeper', 'slow']);
    const echo = items[0]!;
    expect(echo['pending']).toBeGreaterThanOrEqual(1);
    expect(Number(echo['pending']) + Number(echo['in_flight'])).toBe(3);
    expect(echo['oldest_pending_ms']).toBeGreaterThanOrEqual(0);
    expect(echo['oldest_pending_ms']).toBeLessThan(60_000);
    expect(await queueOf('flaky')).toMatchObject({ pending: 0, oldest_pending_ms: null });
    await client.post('/agents/echo/resume');
    await vi.waitFor(async () => expect(await queueOf('echo')).toMatchObject({ pending: 0, in_flight: 0 }), {
      timeout: 10_000,
    });
  }, 30_000);

  it('has the consumers of the services, and how full the streams are', async () => {
    const { services, streams } = await queues();
    expect(services.map(({ consumer }) => consumer)).toEqual(
      expect.arrayContaining([
        'ingest-requests',
        'ingest-events',
        'ingest-dead-letters',
        'ingest-fires',
        'ingest-audit',
        'notifier',
        'notifier-emails',
        'notifier-webhooks',
      ]),
    );
    expect(streams.find(({ stream }) => stream === 'RUN_REQUESTS')).toMatchObject({
      messages: expect.any(Number),
      max_bytes: 1_073_741_824,
      fill: expect.any(Number),
    });
  });

  it('pages by agent, and knows those whose agent is gone', async () => {
    const manager = await jetstreamManager(await platform.nats());
    await manager.consumers.add('RUN_REQUESTS', {
      durable_name: 'executor-departed',
      filter_subject: 'runs.requests.departed',
    });
    const first = await queues('?limit=2');
    expect(first.items.map(({ agent, is_in_catalogue: is }) => [agent, is])).toEqual([
      ['departed', false],
      ['echo', true],
    ]);
    const second = await queues(`?limit=2&cursor=${first.next_cursor}`);
    expect(second.items.map(({ agent }) => agent)).toEqual(['flaky', 'logging']);
    expect(second.services.length).toBeGreaterThan(5);
  });
});
