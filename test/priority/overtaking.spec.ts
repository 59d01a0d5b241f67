import { executorConsumer, isPlaceId, RUN_REQUESTS } from '#contracts';
import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Commander } from '../control/commander.js';
import { AttemptLedger } from '../faults/attempt-ledger.js';
import { Platform } from '../support/platform.js';
import { PriorityAgentsModule } from './priority-agents.module.js';
import { ask, named, untilSucceeded } from './urgent.js';

let platform: Platform;
let ledger: AttemptLedger;

beforeEach(async () => {
  platform = await Platform.start();
  ledger = new AttemptLedger(platform);
  await platform.startIngest();
});

afterEach(async () => await platform.stop());

async function info(agent: string, priority: 'normal' | 'high'): Promise<ConsumerInfo> {
  const manager = await jetstreamManager(await platform.nats());
  return await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent, priority));
}

/** No consumer has anything left, places included. */
async function untilIdle(agent: string): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const priority of ['normal', 'high'] as const) {
        expect(await info(agent, priority)).toMatchObject({ num_pending: 0, num_ack_pending: 0 });
      }
    },
    { timeout: 10_000, interval: 50 },
  );
}

async function orderOfBeginnings(): Promise<string[]> {
  return (await ledger.begun()).map(({ requestId }) => requestId);
}

describe('a run of high priority', () => {
  it('overtakes a backlog of 500 at an executor with few places', async () => {
    const input = { ledger: ledger.path, ms: 20 };
    await platform.startExecutor({ concurrency: 4 }, PriorityAgentsModule);
    const backlog = named('normal', 500);
    await ask(platform, ['sleeper', 'normal'], backlog, { input });
    await ledger.untilBegun(['normal-20']);
    const before = (await ledger.begun()).length;
    const urgent = named('high', 10);
    await ask(platform, ['sleeper', 'high'], urgent, { input });
    await untilSucceeded(platform, urgent);
    const order = await orderOfBeginnings();
    const lastUrgent = Math.max(...urgent.map((id) => order.indexOf(id)));
    expect(lastUrgent - before).toBeLessThan(30);
    await untilSucceeded(platform, backlog, 20_000);
    expect(new Set(order).size).toBe(order.length);
    await untilIdle('sleeper');
  }, 40_000);

  it('begins at once where nothing else waits, and several side by side', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    const input = { ledger: ledger.path, ms: 1_000 };
    const urgent = named('high', 8);
    const askedAt = performance.now();
    await ask(platform, ['sleeper', 'high'], urgent, { input });
    await ledger.untilBegun(urgent, 1_000);
    expect(performance.now() - askedAt).toBeLessThan(900);
    await untilSucceeded(platform, urgent);
    await untilIdle('sleeper');
    expect(await platform.query('SELECT 1 FROM agent_runs')).toHaveLength(urgent.length);
    expect(await platform.query('SELECT 1 FROM dead_letters')).toEqual([]);
  });

  it('is asked for by a plain message on its subject, and by nothing but that', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    const nats = await platform.nats();
    nats.publish('runs.urgent.echo', '{"input":{"n":1}}');
    nats.publish('runs.urgent.echo');
    nats.publish('runs.urgent.echo', 'no request');
    await vi.waitFor(
      async () => {
        const rows = await platform.query<{ request_id: string; status: string; trigger: string }>(
          'SELECT request_id, status, trigger FROM agent_runs',
        );
        expect(rows).toEqual([
          { request_id: expect.stringMatching(/^req-1-/), status: 'success', trigger: 'message' },
          { request_id: expect.stringMatching(/^req-2-/), status: 'success', trigger: 'message' },
        ]);
        expect(await platform.query('SELECT subject FROM dead_letters')).toEqual([
          { subject: 'runs.urgent.echo' },
        ]);
      },
      { timeout: 10_000, interval: 50 },
    );
  });

  it('is one run with a normal one of the same request_id', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    const ids = named('both', 20);
    const body = { input: { ledger: ledger.path } };
    await Promise.all([
      ask(platform, ['sleeper', 'high'], ids, body),
      ask(platform, ['sleeper', 'normal'], ids, body),
    ]);
    await untilSucceeded(platform, ids);
    await untilIdle('sleeper');
    expect((await orderOfBeginnings()).toSorted()).toEqual(ids.toSorted());
  });

  it('that was asked for while no executor was there begins when one comes', async () => {
    const first = await platform.startExecutor({}, PriorityAgentsModule);
    await first.close();
    const input = { ledger: ledger.path };
    await ask(platform, ['solo', 'normal'], named('normal', 5), { input });
    await ask(platform, ['solo', 'high'], named('high', 3), { input });
    await platform.startExecutor({}, PriorityAgentsModule);
    await untilSucceeded(platform, [...named('high', 3), ...named('normal', 5)]);
    const order = await orderOfBeginnings();
    expect(order.slice(0, 5)).toEqual(expect.arrayContaining(named('high', 3)));
  });

  it('waits while its agent is paused, and goes first when it is resumed', async () => {
    await platform.startApi();
    await platform.startExecutor({}, PriorityAgentsModule);
    const commander = new Commander(platform);
    const input = { ledger: ledger.path };
    await commander.done('pauseAgent', { agent: 'solo' });
    await ask(platform, ['solo', 'normal'], named('normal', 5), { input });
    await ask(platform, ['solo', 'high'], ['high'], { input });
    await vi.waitFor(
      async () => {
        const rows = await platform.query("SELECT 1 FROM agent_runs WHERE status = 'pending'");
        expect(rows).toHaveLength(6);
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(await ledger.begun()).toEqual([]);
    await commander.done('resumeAgent', { agent: 'solo' });
    await untilSucceeded(platform, ['high', ...named('normal', 5)]);
    expect((await orderOfBeginnings())[0]).toBe('high');
  });

  it('stays one when it is tried again, and overtakes then too', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    const slow = { ledger: ledger.path, ms: 300 };
    await ask(platform, ['solo', 'high'], ['high'], { input: { ...slow, ms: 0, failures: 2 } });
    await ask(platform, ['solo', 'normal'], named('normal', 10), { input: slow });
    await untilSucceeded(platform, ['high', ...named('normal', 10)]);
    const begun = await ledger.begun();
    expect(begun.filter(({ requestId }) => requestId === 'high').map(({ attempt }) => attempt)).toEqual([
      1, 2, 3,
    ]);
    expect(begun.findLastIndex(({ requestId }) => requestId === 'high')).toBeLessThan(10);
    await untilIdle('solo');
  });

  it('alone is tried again in time', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    const askedAt = performance.now();
    await ask(platform, ['solo', 'high'], ['high'], { input: { ledger: ledger.path, failures: 1 } });
    await untilSucceeded(platform, ['high'], 4_000);
    expect(performance.now() - askedAt).toBeLessThan(3_000);
  });

  it('costs nothing once it is over: no place is made any more', async () => {
    await platform.startExecutor({}, PriorityAgentsModule);
    await ask(platform, ['solo', 'high'], named('high', 3), { input: { ledger: ledger.path } });
    await untilSucceeded(platform, named('high', 3));
    const manager = await jetstreamManager(await platform.nats());
    const { state } = await manager.streams.info(RUN_REQUESTS);
    const ids = await Promise.all(
      Array.from({ length: state.last_seq }, async (_, index) => {
        const message = await manager.streams.getMessage(RUN_REQUESTS, { seq: index + 1 });
        return message?.header.get('Nats-Msg-Id');
      }),
    );
    expect(ids.filter((id) => isPlaceId(id)).length).toBeLessThanOrEqual(6);
  });
});
