import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { checkLedger } from '../support/ledger-check.js';
import { storedEvents } from '../support/stored-events.js';
import { AttemptLedger } from './attempt-ledger.js';
import { onPlatform } from './on-platform.js';
import { request, requestMany } from './request-publisher.js';

const EXECUTOR = 'test/processes/executor.js';
const LONG_MS = 60_000;
/** Longer than the ack wait: every lease has lapsed when the broker comes back. */
const OUTAGE_MS = 16_000;

describe.concurrent('a broker that is killed', () => {
  it(
    'for a moment, does not make a run that is held begin twice',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const input = { ms: 2_500, ledger: ledger.path };
        const executors = [platform.spawn(EXECUTOR), platform.spawn(EXECUTOR)];
        await Promise.all(executors.map(async (executor) => await executor.printed('ready')));
        const old = await requestMany(platform, 'sleeper', 'old', 10, () => ({ input }));
        await vi.waitFor(
          async () => expect(await storedEvents(await platform.nats())).toHaveLength(old.length),
          { timeout: 5_000 },
        );
        await platform.servers.nats.kill();
        await platform.servers.nats.restart();
        await checkLedger(platform, old, 30_000);
        expect(await ledger.begun()).toHaveLength(old.length);
        expect(await platform.query('SELECT DISTINCT status, attempt FROM agent_runs')).toEqual([
          { status: 'success', attempt: 1 },
        ]);
      }),
    LONG_MS,
  );

  it(
    'for longer than the leases last, leaves each run to the executor that holds it',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const executors = [platform.spawn(EXECUTOR), platform.spawn(EXECUTOR)];
        await Promise.all(executors.map(async (executor) => await executor.printed('ready')));
        const long = { ms: OUTAGE_MS + 5_000, ledger: ledger.path };
        const old = await requestMany(platform, 'sleeper', 'old', 20, () => ({
          input: long,
          attempt_limit: 1,
        }));
        await vi.waitFor(
          async () => expect(await storedEvents(await platform.nats())).toHaveLength(old.length),
          { timeout: 5_000 },
        );
        const young = await requestMany(platform, 'sleeper', 'young', 10, () => ({
          input: long,
          attempt_limit: 1,
        }));
        const retried = await request(platform, 'flaky', 'retried', { input: { succeed_at: 3 } });
        await ledger.untilBegun(young);
        await platform.servers.nats.kill();
        await setTimeout(OUTAGE_MS);
        await platform.servers.nats.restart();
        await checkLedger(platform, [...old, ...young, retried], 35_000);
        expect(await ledger.begun()).toHaveLength(old.length + young.length);
        const runs = await platform.query(
          "SELECT DISTINCT status, attempt FROM agent_runs WHERE agent_name = 'sleeper'",
        );
        expect(runs).toEqual([{ status: 'success', attempt: 1 }]);
      }),
    LONG_MS,
  );

  it(
    'three times under load, costs no run and doubles none',
    async () =>
      await onPlatform(async (platform) => {
        await platform.startExecutor();
        await platform.startExecutor();
        const asked: string[] = [];
        for (let third = 0; third < 3; third += 1) {
          const asking = requestMany(platform, 'echo', `load${third}`, 1_000, (index) => ({
            input: { n: index, text: `run ${index}`, even: index % 2 === 0 },
          }));
          await vi.waitFor(
            async () => {
              const [row] = await platform.query<{ count: string }>('SELECT count(*) FROM agent_runs');
              expect(Number(row?.count)).toBeGreaterThan(third * 1_000 + 50);
            },
            { timeout: 20_000, interval: 5 },
          );
          await platform.servers.nats.kill();
          await platform.servers.nats.restart();
          asked.push(...(await asking));
        }
        await checkLedger(platform, asked, 40_000);
        const failed = await platform.query("SELECT request_id FROM agent_runs WHERE status <> 'success'");
        expect(failed).toEqual([]);
      }),
    LONG_MS,
  );
});
