import { describe, expect, it, vi } from 'vitest';
import { checkLedger } from '../support/ledger-check.js';
import type { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';
import { eventsOf } from '../support/stored-events.js';
import { AttemptLedger } from './attempt-ledger.js';
import { onPlatform } from './on-platform.js';
import { request, requestMany } from './request-publisher.js';

const EXECUTOR = 'test/processes/executor.js';
const SLACK_MS = 2_000;

/** Side by side, because some wait for a lease to lapse. */
describe.concurrent('an executor that is told to stop', () => {
  it(
    'finishes what is short, hands back the rest uncharged, and ends with 0',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const drainMs = 1_500;
        const first = await executor(platform, drainMs);
        const short = await requestMany(platform, 'sleeper', 'short', 5, () => ({
          input: { ms: 1_000, ledger: ledger.path },
        }));
        const long = await request(platform, 'sleeper', 'long', {
          input: { ms: 3_500, ledger: ledger.path },
          attempt_limit: 1,
        });
        await ledger.untilBegun([...short, long]);
        await Promise.all([terminate(first, drainMs), executor(platform, 5_000)]);
        await checkLedger(platform, [...short, long], 15_000);
        const runs = await platform.query('SELECT request_id, status, attempt FROM agent_runs ORDER BY 1');
        expect(runs).toEqual([
          { request_id: long, status: 'success', attempt: 2 },
          ...short.map((request_id) => ({ request_id, status: 'success', attempt: 1 })),
        ]);
        const events = await eventsOf(await platform.nats(), long);
        const handedBack = events.find(({ type }) => type === 'attempt_failed');
        expect(handedBack).toMatchObject({ reason: 'drain', attempt: 1, charged: 0 });
        expect(await ledger.begun(long)).toHaveLength(2);
      }),
    40_000,
  );

  it(
    'hands back at once when it has no grace, also what it has only just begun',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const first = await executor(platform, 0);
        const ids = await requestMany(platform, 'sleeper', 'run', 5, () => ({
          input: { ms: 3_000, ledger: ledger.path },
          attempt_limit: 1,
        }));
        await ledger.untilBegun(ids.slice(0, 1));
        await terminate(first, 0);
        await executor(platform, 5_000);
        await checkLedger(platform, ids, 20_000);
        const runs = await platform.query('SELECT DISTINCT status FROM agent_runs');
        expect(runs).toEqual([{ status: 'success' }]);
      }),
    40_000,
  );

  it(
    'ends without work at once, however often it is told',
    async () =>
      await onPlatform(async (platform) => {
        const idle = await executor(platform, 10_000);
        idle.signal('SIGTERM');
        expect(await terminate(idle, 0)).toBeLessThan(SLACK_MS);
      }),
    40_000,
  );

  it(
    'ends at once while it still waits for a broker',
    async () =>
      await onPlatform(async (platform) => {
        await platform.servers.nats.kill();
        const waiting = platform.spawn(EXECUTOR);
        await waiting.printed('NATS can not be reached yet');
        expect(await terminate(waiting, 0)).toBeLessThan(SLACK_MS);
        await platform.servers.nats.restart();
      }),
    40_000,
  );

  it(
    'ends in time while the broker is away, and loses no run',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const drainMs = 500;
        const first = await executor(platform, drainMs);
        const quick = await request(platform, 'sleeper', 'quick', {
          input: { ms: 300, ledger: ledger.path },
        });
        const slow = await request(platform, 'sleeper', 'slow', {
          input: { ms: 3_000, ledger: ledger.path },
        });
        await ledger.untilBegun([quick, slow]);
        await platform.servers.nats.kill();
        await terminate(first, drainMs);
        await platform.servers.nats.restart();
        await executor(platform, 5_000);
        await checkLedger(platform, [quick, slow], 30_000);
        expect(await platform.query('SELECT DISTINCT status FROM agent_runs')).toEqual([
          { status: 'success' },
        ]);
      }),
    40_000,
  );

  it(
    'ends in time while the broker hangs',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const drainMs = 500;
        const first = await executor(platform, drainMs);
        const slow = await request(platform, 'sleeper', 'slow', {
          input: { ms: 1_000, ledger: ledger.path },
        });
        await vi.waitFor(async () => expect(await eventsOf(await platform.nats(), slow)).toHaveLength(1));
        platform.servers.nats.pause();
        first.signal('SIGTERM');
        const askedAtMs = Date.now();
        expect(await first.ended()).toBe(0);
        platform.servers.nats.resume();
        // The connection is given 3 s to close in good order.
        expect(Date.now() - askedAtMs).toBeLessThan(drainMs + 3_000 + SLACK_MS);
        const second = await platform.startExecutor();
        expect(second).toBeDefined();
        await checkLedger(platform, [slow], 30_000);
      }),
    40_000,
  );
});

async function executor(platform: Platform, drainMs: number): Promise<ServiceProcess> {
  const service = platform.spawn(EXECUTOR, { EXECUTOR_DRAIN_MS: String(drainMs) });
  await service.printed('ready');
  return service;
}

/** Sends SIGTERM, and holds the executor to its grace. */
async function terminate(service: ServiceProcess, drainMs: number): Promise<number> {
  const askedAtMs = Date.now();
  service.signal('SIGTERM');
  expect(await service.ended()).toBe(0);
  const tookMs = Date.now() - askedAtMs;
  expect(tookMs).toBeLessThan(drainMs + SLACK_MS);
  return tookMs;
}
