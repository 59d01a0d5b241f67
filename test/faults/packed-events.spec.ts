import {
  eventSubject,
  executorConsumer,
  INGEST_EVENTS,
  packSubject,
  RUN_EVENTS,
  RUN_REQUESTS,
} from '#contracts';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { AttemptLedger } from './attempt-ledger.js';
import { request, requestMany } from './request-publisher.js';

const AT = '2026-02-19T10:00:00.000Z';

/** What an executor packs when a run is over at once. */
function succeeded(requestId: string): object {
  return {
    type: 'succeeded',
    agent: 'sleeper',
    request_id: requestId,
    attempt: 1,
    at: AT,
    origin: { trigger: 'message', requested_at: AT },
    executor: 'gone-before',
    started_at: AT,
    finished_at: AT,
    metrics: { slept_ms: 0 },
  };
}

describe('runs that are over at once', () => {
  let platform: Platform;
  let ledger: AttemptLedger;
  let manager: JetStreamManager;

  beforeEach(async () => {
    platform = await Platform.start({ postgres: 'private' });
    await platform.startIngest();
    ledger = new AttemptLedger(platform);
    manager = await jetstreamManager(await platform.nats());
  });

  afterEach(async () => await platform?.stop());

  async function messages(subject: string): Promise<number> {
    const { state } = await manager.streams.info(RUN_EVENTS, { subjects_filter: subject });
    return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  }

  /** As an executor does that dies before it has acknowledged the request. */
  async function takeAndPack(requestId: string): Promise<void> {
    const client = jetstream(await platform.nats());
    const consumer = await client.consumers.get(RUN_REQUESTS, executorConsumer('sleeper'));
    const message = await consumer.next({ expires: 5_000 });
    expect(message?.headers?.get('Nats-Msg-Id')).toBe(requestId);
    await client.publish(packSubject('gone-before'), JSON.stringify([succeeded(requestId)]));
    message?.nak();
  }

  async function untilTakenOver(): Promise<void> {
    await vi.waitFor(
      async () => {
        const { num_pending, num_ack_pending } = await manager.consumers.info(
          RUN_REQUESTS,
          executorConsumer('sleeper'),
        );
        expect(num_pending + num_ack_pending).toBe(0);
      },
      { timeout: 20_000, interval: 50 },
    );
  }

  it('share messages under load, and a lone one has the subject of its run', async () => {
    await platform.startExecutor();
    const lone = await request(platform, 'sleeper', 'lone', { input: { ms: 0 } });
    await checkLedger(platform, [lone]);
    expect(await messages(eventSubject(lone))).toBe(1);
    const many = await requestMany(platform, 'sleeper', 'many', 400, () => ({ input: { ms: 0 } }));
    await checkLedger(platform, [lone, ...many]);
    expect(await messages('runs.packs.*')).toBeGreaterThan(0);
    expect((await manager.streams.info(RUN_EVENTS)).state.messages).toBeLessThan(many.length);
  });

  it('are not run again when their requests are delivered anew', async () => {
    const executor = await platform.startExecutor();
    const input = { ms: 0, ledger: ledger.path };
    const asked = await requestMany(platform, 'sleeper', 'once', 100, () => ({ input }));
    await checkLedger(platform, asked);
    await executor.close();
    await manager.consumers.delete(RUN_REQUESTS, executorConsumer('sleeper'));
    await platform.startExecutor();
    const last = await request(platform, 'sleeper', 'last', { input });
    await checkLedger(platform, [...asked, last]);
    await untilTakenOver();
    expect(await ledger.begun()).toHaveLength(asked.length + 1);
  }, 30_000);

  it('are not run again after their executor died between the pack and the acknowledgement', async () => {
    const executor = await platform.startExecutor();
    await executor.close();
    const input = { ms: 0, ledger: ledger.path };
    const asked = await request(platform, 'sleeper', 'packed', { input });
    await takeAndPack(asked);
    await platform.startExecutor();
    await untilTakenOver();
    await checkLedger(platform, [asked]);
    expect(await ledger.begun()).toEqual([]);
  }, 30_000);

  it('wait for Postgres when nobody else can say whether they are over', async () => {
    const executor = await platform.startExecutor();
    await executor.close();
    await platform.servers.postgres.kill();
    const asked = await request(platform, 'sleeper', 'waits', { input: { ms: 0, ledger: ledger.path } });
    await takeAndPack(asked);
    await platform.startExecutor();
    await vi.waitFor(
      async () => {
        const { num_redelivered } = await manager.consumers.info(RUN_REQUESTS, executorConsumer('sleeper'));
        expect(num_redelivered).toBe(1);
        expect((await manager.consumers.info(RUN_EVENTS, INGEST_EVENTS)).num_ack_pending).toBe(1);
      },
      { timeout: 10_000, interval: 50 },
    );
    await platform.servers.postgres.restart();
    await untilTakenOver();
    await checkLedger(platform, [asked]);
    expect(await ledger.begun()).toEqual([]);
  }, 40_000);
});
