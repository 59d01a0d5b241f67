import { AGENT_STATES_BUCKET, type AgentBreaker, executorConsumer, RUN_REQUESTS } from '#contracts';
import { MetricsRegistry } from '#telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptLedger } from '../faults/attempt-ledger.js';
import { request, requestMany } from '../faults/request-publisher.js';
import { Platform } from '../support/platform.js';
import { Commander } from './commander.js';
import { ControlAgentsModule } from './control-agents.module.js';
import { FragileAgent } from './fragile.agent.js';

let platform: Platform;
let commander: Commander;
let executors: INestApplicationContext[];

beforeAll(async () => {
  platform = await Platform.start();
  commander = new Commander(platform);
  await Promise.all([platform.startIngest(), platform.startApi()]);
  await startExecutors();
});

afterAll(async () => await platform.stop());

async function startExecutors(): Promise<void> {
  executors = await Promise.all([
    platform.startExecutor({}, ControlAgentsModule),
    platform.startExecutor({}, ControlAgentsModule),
  ]);
}

async function states(): Promise<KV> {
  return await new Kvm(await platform.nats()).open(AGENT_STATES_BUCKET);
}

async function metrics(): Promise<string[]> {
  return await Promise.all(
    executors.map(async (executor) => await executor.get(MetricsRegistry).exposition()),
  );
}

async function succeeded(requestIds: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = await platform.query(
        "SELECT 1 FROM agent_runs WHERE request_id = ANY ($1) AND status = 'success'",
        [requestIds],
      );
      expect(rows).toHaveLength(requestIds.length);
    },
    { timeout: 5_000, interval: 20 },
  );
}

/** Deliveries that executors have asked for and not got. */
async function openPulls(agent: string): Promise<number> {
  const manager = await jetstreamManager(await platform.nats());
  return (await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent))).num_waiting;
}

describe('an agent that is paused', () => {
  it('is not pulled for within 300 ms, and runs what waits when it is resumed', async () => {
    const ledger = new AttemptLedger(platform);
    const input = { ledger: ledger.path, ms: 300 };
    const running = await request(platform, 'sleeper', 'runs-meanwhile', { input });
    await ledger.untilBegun([running]);
    await vi.waitFor(async () => expect(await openPulls('sleeper')).toBe(2), { timeout: 5_000 });

    const askedAt = performance.now();
    const command = { agent: 'sleeper', by: 'a spec', reason: 'to see' };
    const { paused_at } = await commander.done<{ paused_at: string }>('pauseAgent', command);
    await vi.waitFor(async () => expect(await openPulls('sleeper')).toBe(0), { timeout: 5_000, interval: 5 });
    expect(performance.now() - askedAt).toBeLessThan(300);
    expect(await commander.done('pauseAgent', { agent: 'sleeper' })).toEqual({ agent: 'sleeper', paused_at });
    for (const text of await metrics()) {
      expect(text).toMatch(/executor_agent_paused\{(?=[^}]*agent="sleeper")[^}]*\} 1/);
    }

    const waiting = await requestMany(platform, 'sleeper', 'waits', 10, () => ({ input }));
    await succeeded([running]);
    await succeeded([await request(platform, 'echo', 'others-run')]);
    expect(await ledger.begun()).toHaveLength(1);

    expect(await commander.done('resumeAgent', { agent: 'sleeper' })).toMatchObject({ changed: true });
    await ledger.untilBegun(waiting, 500);
    await succeeded(waiting);
    expect(await commander.done('resumeAgent', { agent: 'sleeper' })).toMatchObject({ changed: false });
  });

  it('stays so over a restart of the executors and of the broker', async () => {
    await commander.done('pauseAgent', { agent: 'echo' });
    await Promise.all(executors.map(async (executor) => await executor.close()));
    const waiting = await request(platform, 'echo', 'waits-for-restarts');
    await startExecutors();
    expect(await openPulls('echo')).toBe(0);
    await platform.servers.nats.kill();
    await platform.servers.nats.restart();
    await succeeded([await request(platform, 'sleeper', 'after-the-restart')]);
    expect(await openPulls('echo')).toBe(0);

    await vi.waitFor(async () => await commander.done('resumeAgent', { agent: 'echo' }), { timeout: 5_000 });
    await succeeded([waiting]);
  }, 30_000);
});

describe('an agent that fails again and again', () => {
  const KEY = 'fragile.breaker';
  let count = 0;

  beforeEach(async () => {
    FragileAgent.begun.length = 0;
    FragileAgent.isBroken = true;
    await (await states()).delete(KEY);
    await vi.waitFor(async () => {
      if ((await metrics()).some((text) => /executor_agent_breaker\{[^}]*agent="fragile"/.test(text))) {
        throw new Error('The breaker is not closed everywhere yet');
      }
    });
  });

  async function breaker(): Promise<AgentBreaker | undefined> {
    const entry = await (await states()).get(KEY);
    return entry?.operation === 'PUT' ? entry.json<AgentBreaker>() : undefined;
  }

  /** One after the other, until the breaker is open: each executor counts its own. */
  async function failUntilOpen(): Promise<AgentBreaker> {
    for (let tries = 0; tries < 10; tries += 1) {
      const begun = FragileAgent.begun.length;
      await request(platform, 'fragile', `fails-${(count += 1)}`);
      await vi.waitFor(() => expect(FragileAgent.begun.length).toBeGreaterThan(begun), { timeout: 5_000 });
      const found = await breaker();
      if (found !== undefined) {
        return found;
      }
    }
    return await vi.waitFor(async () => {
      const found = await breaker();
      expect(found).toBeDefined();
      return found!;
    });
  }

  it('is left alone for a while, tried with single runs, and let run as soon as one succeeds', async () => {
    const open = await failUntilOpen();
    expect(open).toMatchObject({ failures: 3, last_error: 'Error: broken on purpose', pause_ms: 500 });
    await vi.waitFor(async () => expect(await openPulls('fragile')).toBe(0), { timeout: 5_000, interval: 5 });
    for (const text of await metrics()) {
      expect(text).toMatch(/executor_agent_breaker\{(?=[^}]*agent="fragile")[^}]*\} 1/);
    }
    FragileAgent.begun.length = 0;
    const waiting = await requestMany(platform, 'fragile', `queue-${(count += 1)}`, 20, () => ({}));

    const reopened = await vi.waitFor(
      async () => {
        const found = await breaker();
        expect(found?.failures).toBeGreaterThan(3);
        return found!;
      },
      { timeout: 5_000, interval: 5 },
    );
    expect(reopened).toMatchObject({ pause_ms: 1_000 });
    expect(Math.min(...FragileAgent.begun)).toBeGreaterThanOrEqual(Date.parse(open.open_until));
    expect(FragileAgent.begun.length).toBeLessThanOrEqual(2 * executors.length);
    const failed = FragileAgent.begun.length;

    FragileAgent.isBroken = false;
    await vi.waitFor(async () => expect(await breaker()).toBeUndefined(), { timeout: 5_000, interval: 5 });
    await vi.waitFor(
      async () => {
        const rows = await platform.query(
          "SELECT 1 FROM agent_runs WHERE request_id = ANY ($1) AND status = 'success'",
          [waiting],
        );
        expect(rows).toHaveLength(waiting.length - failed);
      },
      { timeout: 5_000, interval: 20 },
    );
  });

  it('runs at once after a reset', async () => {
    await failUntilOpen();
    FragileAgent.isBroken = false;
    expect(await commander.done('resetBreaker', { agent: 'fragile' })).toEqual({
      agent: 'fragile',
      changed: true,
    });
    await succeeded([await request(platform, 'fragile', 'after-reset')]);
    expect(await commander.done('resetBreaker', { agent: 'fragile' })).toMatchObject({ changed: false });
  });

  it('in between, with successes, is never stopped', async () => {
    // Each executor counts its own, so with two of them one could have all of the failures.
    await executors.splice(1)[0]?.close();
    for (let tries = 0; tries < 12; tries += 1) {
      FragileAgent.isBroken = tries % 2 === 1;
      const begun = FragileAgent.begun.length;
      await request(platform, 'fragile', `mixed-${tries}`);
      await vi.waitFor(() => expect(FragileAgent.begun.length).toBeGreaterThan(begun), { timeout: 5_000 });
    }
    expect(await breaker()).toBeUndefined();
  });
});
