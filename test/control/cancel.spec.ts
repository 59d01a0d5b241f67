import { CANCELS_BUCKET, EVENT_SUBJECTS, executorConsumer, requestSubject, RUN_REQUESTS } from '#contracts';
import { MetricsRegistry } from '#telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AttemptLedger } from '../faults/attempt-ledger.js';
import { request, requestMany } from '../faults/request-publisher.js';
import { Platform } from '../support/platform.js';
import { eventsOf } from '../support/stored-events.js';
import { Commander } from './commander.js';
import { ControlAgentsModule } from './control-agents.module.js';

interface Run {
  request_id: string;
  status: string;
  attempt: number;
  error_message: string | null;
  executor: string | null;
  started_at: Date | null;
}

const LONG_MS = 60_000;

describe('a run that is cancelled', () => {
  let platform: Platform;
  let commander: Commander;
  let ledger: AttemptLedger;
  let executors: INestApplicationContext[];

  beforeAll(async () => {
    platform = await Platform.start();
    commander = new Commander(platform);
    ledger = new AttemptLedger(platform);
    await platform.startIngest();
    await Promise.all([platform.startApi(), platform.startApi()]);
    await startExecutors();
  });

  afterAll(async () => await platform.stop());

  async function startExecutors(): Promise<void> {
    executors = await Promise.all([
      platform.startExecutor({}, ControlAgentsModule),
      platform.startExecutor({}, ControlAgentsModule),
    ]);
  }

  async function stopExecutors(): Promise<void> {
    await Promise.all(executors.map(async (executor) => await executor.close()));
  }

  async function cancel(requestId: string): Promise<string> {
    const command = { request_id: requestId, by: 'a spec' };
    return (await commander.done<{ status: string }>('cancelRun', command)).status;
  }

  async function row(requestId: string, status: string): Promise<Run> {
    return await vi.waitFor(
      async () => {
        const rows = await platform.query<Run>('SELECT * FROM agent_runs WHERE request_id = $1', [requestId]);
        expect(rows).toMatchObject([{ status }]);
        return rows[0]!;
      },
      { timeout: 5_000, interval: 20 },
    );
  }

  async function isIdle(agent: string): Promise<void> {
    const manager = await jetstreamManager(await platform.nats());
    await vi.waitFor(
      async () => {
        const info = await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent));
        expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0]);
      },
      { timeout: 5_000, interval: 20 },
    );
  }

  async function cancelKeys(): Promise<string[]> {
    const bucket = await new Kvm(await platform.nats()).open(CANCELS_BUCKET);
    const keys: string[] = [];
    for await (const key of await bucket.keys()) {
      keys.push(key);
    }
    return keys;
  }

  it('while no executor is up, never starts', async () => {
    await stopExecutors();
    const input = { ledger: ledger.path };
    await request(platform, 'sleeper', 'waits-long', { input });
    await row('waits-long', 'pending');
    await request(platform, 'sleeper', 'waits-shortly', { input });
    const nats = await platform.nats();
    nats.publish(requestSubject('sleeper'), JSON.stringify({ input: { ...input, plain: true } }));
    const plainId = await vi.waitFor(
      async () => {
        const [run] = await platform.query<Run>("SELECT * FROM agent_runs WHERE request_id LIKE 'req-%'");
        return run!.request_id;
      },
      { timeout: 5_000, interval: 20 },
    );

    expect(await cancel('waits-shortly')).toBe('cancelled');
    expect(await cancel('waits-long')).toBe('cancelled');
    expect(await cancel(plainId)).toBe('cancelled');
    expect(await cancel('waits-long')).toBe('cancelled');
    for (const requestId of ['waits-shortly', 'waits-long', plainId]) {
      expect(await row(requestId, 'cancelled')).toMatchObject({
        error_message: 'Cancelled by a spec',
        executor: null,
        started_at: null,
      });
    }

    await startExecutors();
    await isIdle('sleeper');
    expect(await ledger.begun()).toEqual([]);
    expect(await eventsOf(nats, 'waits-long')).toMatchObject([{ type: 'cancelled', attempt: 1 }]);
    await vi.waitFor(async () => expect(await cancelKeys()).toEqual([]), { timeout: 5_000 });
  });

  it('within the moment of its request, before anything is stored of it but the request, never ends twice', async () => {
    const ids = await requestMany(platform, 'sleeper', 'young', 20, () => ({ input: { ms: 400 } }));
    const states = await Promise.all(ids.map(cancel));
    expect(states).toEqual(Array(20).fill('cancelled'));
    for (const requestId of ids) {
      await row(requestId, 'cancelled');
      const finals = await eventsOf(await platform.nats(), requestId);
      expect(finals.filter(({ type }) => type !== 'started')).toMatchObject([{ type: 'cancelled' }]);
    }
    await isIdle('sleeper');
  });

  it('while it runs, stops at once and is not tried again', async () => {
    await request(platform, 'sleeper', 'runs', { input: { ms: LONG_MS, ledger: ledger.path } });
    await ledger.untilBegun(['runs']);
    expect(await cancel('runs')).toBe('cancelled');
    const run = await row('runs', 'cancelled');
    expect(run).toMatchObject({ attempt: 1, error_message: 'Cancelled by a spec' });
    expect(run.executor).not.toBeNull();
    await isIdle('sleeper');
    expect(await ledger.begun('runs')).toHaveLength(1);
    const texts = await Promise.all(
      executors.map(async (executor) => await executor.get(MetricsRegistry).exposition()),
    );
    expect(texts.join('\n')).toMatch(/executor_cancel_seconds_count\{(?=[^}]*agent="sleeper")[^}]*\} [1-9]/);
  });

  it('while it waits for its next attempt, is over soon and has no next attempt', async () => {
    await request(platform, 'hesitant', 'waits-for-retry');
    await vi.waitFor(
      async () =>
        expect(await eventsOf(await platform.nats(), 'waits-for-retry')).toMatchObject([
          { type: 'attempt_failed' },
        ]),
      { timeout: 5_000, interval: 20 },
    );
    expect(await cancel('waits-for-retry')).toBe('cancelled');
    expect(await row('waits-for-retry', 'cancelled')).toMatchObject({ attempt: 1 });
    await isIdle('hesitant'); // the request has come back and was not run
    expect(await eventsOf(await platform.nats(), 'waits-for-retry')).toMatchObject([
      { type: 'attempt_failed' },
      { type: 'cancelled' },
    ]);
  });

  it('and was cancelled before, or is over, or is unknown, is answered so', async () => {
    await request(platform, 'echo', 'is-over', { input: { n: 1 } });
    await row('is-over', 'success');
    await request(platform, 'flaky', 'has-failed', { input: { succeed_at: 9 }, attempt_limit: 1 });
    await row('has-failed', 'failed');
    await request(platform, 'sleeper', 'twice', { input: { ms: LONG_MS } });
    const [one, other] = await Promise.all([cancel('twice'), cancel('twice')]);

    expect([one, other]).toEqual(['cancelled', 'cancelled']);
    expect(await cancel('twice')).toBe('cancelled');
    expect(await cancel('is-over')).toBe('success');
    expect(await cancel('has-failed')).toBe('failed');
    await row('is-over', 'success');
    expect(await commander.refused('cancelRun', { request_id: 'nobody-asked' })).toEqual({
      status: 404,
      title: 'Not Found',
      detail: 'There is no run with the request_id nobody-asked',
    });
    expect(await commander.refused('cancelRun', { request_id: 'req-1-zzzz' })).toMatchObject({ status: 404 });
    await isIdle('sleeper');
    await vi.waitFor(async () => expect(await cancelKeys()).toEqual([]), { timeout: 5_000 });
  });

  it('one of 50, is stopped within 500 ms in 99 of 100 cases', async () => {
    const stops = new Map<string, PromiseWithResolvers<number>>();
    const nats = await platform.nats();
    const subscription = nats.subscribe(EVENT_SUBJECTS, {
      callback: (_error, message) => {
        if (message.json<{ type: string }>().type === 'cancelled') {
          stops.get(message.subject.slice('runs.events.'.length))?.resolve(performance.now());
        }
      },
    });
    const durations: number[] = [];
    for (const group of ['many', 'more']) {
      const ids = await requestMany(platform, 'sleeper', group, 50, () => ({
        input: { ms: LONG_MS, ledger: ledger.path },
      }));
      await ledger.untilBegun(ids);
      for (const requestId of ids) {
        const stopped = Promise.withResolvers<number>();
        stops.set(requestId, stopped);
        const askedAt = performance.now();
        await cancel(requestId);
        durations.push((await stopped.promise) - askedAt);
      }
    }
    subscription.unsubscribe();
    expect(durations.filter((ms) => ms < 500).length).toBeGreaterThanOrEqual(99);
    await isIdle('sleeper');
  });

  it('is noticed by the stored fact alone, also after the broker was away and the bucket was made anew', async () => {
    await requestMany(platform, 'sleeper', 'fact', 3, () => ({
      input: { ms: LONG_MS, ledger: ledger.path },
    }));
    await ledger.untilBegun(['fact-0', 'fact-1', 'fact-2']);
    const store = async (requestId: string): Promise<void> => {
      const bucket = await new Kvm(await platform.nats()).open(CANCELS_BUCKET);
      await bucket.put(requestId, '');
    };

    await store('fact-0');
    expect(await row('fact-0', 'cancelled')).toMatchObject({ error_message: 'Cancelled' });

    await platform.servers.nats.kill();
    await platform.servers.nats.restart();
    await vi.waitFor(async () => await store('fact-1'), { timeout: 10_000 });
    await row('fact-1', 'cancelled');

    const manager = await jetstreamManager(await platform.nats());
    const { config } = await manager.streams.info(`KV_${CANCELS_BUCKET}`);
    await manager.streams.delete(`KV_${CANCELS_BUCKET}`);
    await manager.streams.add(config);
    await store('fact-2');
    await vi.waitFor(async () => await row('fact-2', 'cancelled'), { timeout: 10_000 });
  }, 30_000);
});
