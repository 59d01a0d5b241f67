import { executorConsumer, RUN_REQUESTS } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiClient } from '../api/api-client.js';
import { startedApi } from '../api/started-api.js';
import { AttemptLedger } from '../faults/attempt-ledger.js';
import { Platform } from '../support/platform.js';
import { PriorityAgentsModule } from './priority-agents.module.js';
import { named, untilSucceeded } from './urgent.js';

interface Started {
  readonly request_id: string;
}
interface Waiting {
  readonly ahead: number | null;
  readonly unknown: string[];
  readonly reasons: { reason: string; detail: string }[];
}
interface Queues {
  readonly items: { agent: string; consumer: string; high: Record<string, unknown> | null }[];
  readonly services: { consumer: string }[];
}

let platform: Platform;
let client: ApiClient;
let ledger: AttemptLedger;

beforeAll(async () => {
  platform = await Platform.start();
  ledger = new AttemptLedger(platform);
  await platform.startIngest();
  await platform.startExecutor({}, PriorityAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => expect((await client.get('/agents/solo')).status).toBe(200), {
    timeout: 10_000,
  });
});

afterAll(async () => await platform.stop());

async function start(priority: string, key: string, ms = 0): Promise<void> {
  const body = { agent: 'solo', priority, input: { ledger: ledger.path, ms } };
  const { status } = await client.post<Started>('/runs', body, { headers: { 'Idempotency-Key': key } });
  expect(status).toBe(202);
}

async function waiting(id: string): Promise<Waiting> {
  return (await client.get<Waiting>(`/runs/${id}/waiting`)).body;
}

describe('the priority of a run', () => {
  it('is asked for with POST /api/runs, shown in /api/queues, and counted in what goes before', async () => {
    await start('normal', 'running', 2_500);
    await ledger.untilBegun(['running']);
    for (const id of named('normal', 3)) {
      await start('normal', id);
    }
    for (const id of named('high', 2)) {
      await start('high', id);
    }
    const normal = await vi.waitFor(async () => {
      const answer = await waiting('normal-2');
      expect(answer).toMatchObject({ ahead: 4, unknown: [] });
      return answer;
    });
    expect(normal.reasons).toEqual([
      expect.objectContaining({ reason: 'limit_reached' }),
      expect.objectContaining({
        reason: 'behind_others',
        detail: '4 requests for the agent are before it, 2 of them with high priority',
      }),
    ]);
    expect(await waiting('high-1')).toMatchObject({
      ahead: 1,
      unknown: [],
      reasons: [{ reason: 'limit_reached' }, { reason: 'behind_others' }],
    });

    const { items, services } = (await client.get<Queues>('/queues')).body;
    expect(items.map(({ agent }) => agent)).toEqual(['echo', 'sleeper', 'solo']);
    expect(services.filter(({ consumer }) => consumer.startsWith('executor-'))).toEqual([]);
    const manager = await jetstreamManager(await platform.nats());
    for (const { agent, consumer, high } of items) {
      const info = await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent, 'high'));
      expect(consumer).toBe(executorConsumer(agent));
      expect(high).toMatchObject({
        consumer: info.name,
        pending: info.num_pending,
        in_flight: info.num_ack_pending,
        redelivered: info.num_redelivered,
        max_ack_pending: info.config.max_ack_pending,
        delivered_sequence: info.delivered.stream_seq,
      });
    }
    expect(items.at(-1)?.high).toMatchObject({ pending: 2, oldest_pending_ms: expect.any(Number) });

    await untilSucceeded(platform, ['running', ...named('high', 2), ...named('normal', 3)]);
    const order = (await ledger.begun()).map(({ requestId }) => requestId);
    expect(order).toEqual(['running', ...named('high', 2), ...named('normal', 3)]);
  }, 30_000);

  it('belongs to the run of an Idempotency-Key, and is one of two', async () => {
    const body = { agent: 'echo', priority: 'high' };
    const options = { headers: { 'Idempotency-Key': 'once' } };
    expect((await client.post('/runs', body, options)).status).toBe(202);
    const again = await client.post('/runs', body, options);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([202, 'true']);
    expect((await client.post('/runs', { agent: 'echo' }, options)).status).toBe(422);
    expect((await client.post('/runs', { agent: 'echo', priority: 'highest' })).status).toBe(422);
    await untilSucceeded(platform, ['once']);
    const retried = await client.post<Started>('/runs/once/retry', { priority: 'high' });
    expect(retried.status).toBe(202);
    await untilSucceeded(platform, [retried.body.request_id]);
    const manager = await jetstreamManager(await platform.nats());
    const stored = await manager.streams.getMessage(RUN_REQUESTS, { last_by_subj: 'runs.urgent.echo' });
    expect(stored?.header.get('Nats-Msg-Id')).toBe(retried.body.request_id);
  });

  it('stays with a request that is sent again from the dead letters', async () => {
    const nats = await platform.nats();
    nats.publish('runs.urgent.echo', 'garbage');
    const letter = await vi.waitFor(
      async () => {
        const { body } = await client.get<{ items: { id: number; subject: string }[] }>(
          '/dead-letters?agent=echo',
        );
        expect(body.items).toMatchObject([{ subject: 'runs.urgent.echo' }]);
        return body.items[0]!;
      },
      { timeout: 10_000 },
    );
    const { status } = await client.post('/dead-letters/redrive', { ids: [letter.id] });
    expect(status).toBeLessThan(300);
    await vi.waitFor(
      async () => {
        const { body } = await client.get<{ items: { subject: string }[] }>('/dead-letters?agent=echo');
        expect(body.items.map(({ subject }) => subject)).toEqual(['runs.urgent.echo', 'runs.urgent.echo']);
      },
      { timeout: 10_000 },
    );
  });
});
