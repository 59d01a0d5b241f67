import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fireRequestId } from '#contracts';
import { HealthRegistry, ManagementServer, MetricsRegistry } from '#telemetry';
import { SchedulePlan } from '../../apps/scheduler/src/plan/schedule-plan.js';
import { AppProcess } from '../setup/app-process.js';
import { SchedulerBench, type StoredFire } from './scheduler-bench.js';

const EVERY_SECOND = '* * * * * *';
const SECOND_MS = 1_000;

/** Instants of fires, in seconds since the first one. */
function secondsOf(fires: readonly StoredFire[]): number[] {
  const instants = fires.map(({ request }) => Date.parse(request.scheduled_for ?? ''));
  return instants.map((instant) => (instant - instants[0]!) / SECOND_MS);
}

function gapless(fires: readonly StoredFire[]): number[] {
  return fires.map((_fire, index) => index);
}

async function published(scheduler: INestApplicationContext, result: string): Promise<number> {
  const exposition = await scheduler.get(MetricsRegistry).exposition();
  return Number(
    new RegExp(`^fires_published_total\\{result="${result}".* (\\d+)$`, 'm').exec(exposition)?.[1] ?? 0,
  );
}

/** Waits until a fire has been due for so long and is not published. */
async function waitForOwed(scheduler: INestApplicationContext, forMs: number): Promise<void> {
  const plan = scheduler.get(SchedulePlan);
  // Not of those whose rule the ledger does not know yet: they owe at once.
  const owed = (): number[] =>
    plan
      .owingAt(Date.now() - forMs)
      .map(({ dueMs }) => dueMs)
      .filter(Number.isFinite);
  await vi.waitFor(() => expect(owed()).not.toEqual([]), 10_000);
}

describe('scheduler', () => {
  let bench: SchedulerBench;
  let one: INestApplicationContext;
  let other: INestApplicationContext;

  beforeAll(async () => {
    bench = await SchedulerBench.start();
    [one, other] = await Promise.all([bench.startScheduler(), bench.startScheduler()]);
  });

  afterAll(async () => {
    await bench.stop();
  });

  async function waitForFires(agent: string, count: number): Promise<StoredFire[]> {
    return await vi.waitFor(
      async () => {
        const fires = await bench.fires(agent);
        expect(fires.length).toBeGreaterThanOrEqual(count);
        return fires;
      },
      { timeout: 15_000, interval: 100 },
    );
  }

  it('publishes each fire once, though two schedulers run side by side', async () => {
    await bench.declare('agent_pair', EVERY_SECOND, { input: { page: 1 } });
    const fires = await waitForFires('agent_pair', 6);
    expect(secondsOf(fires)).toEqual(gapless(fires));
    expect(new Set(fires.map(({ messageId }) => messageId)).size).toBe(fires.length);
    for (const { messageId, request } of fires) {
      expect(messageId).toBe(fireRequestId('agent_pair', 'tick', new Date(request.scheduled_for ?? '')));
      expect(request).toMatchObject({ trigger: 'schedule', schedule: 'tick', input: { page: 1 } });
    }
    const latenesses = fires.map(({ latenessMs }) => latenessMs).toSorted((a, b) => a - b);
    expect(latenesses[0]).toBeGreaterThanOrEqual(0);
    expect(latenesses[Math.floor(latenesses.length / 2)]).toBeLessThan(500);
    await bench.remove('agent_pair');
    const stored = (await published(one, 'stored')) + (await published(other, 'stored'));
    const duplicates = (await published(one, 'duplicate')) + (await published(other, 'duplicate'));
    expect(stored).toBeGreaterThanOrEqual(fires.length);
    expect(duplicates).toBeGreaterThanOrEqual(fires.length - 1);
  });

  it('fires a schedule added at run time within 2 s, and stops when it is deleted', async () => {
    const addedAtMs = Date.now();
    await bench.declare('agent_brief', EVERY_SECOND);
    const [first] = await waitForFires('agent_brief', 1);
    expect(Date.parse(first?.request.scheduled_for ?? '')).toBeGreaterThan(addedAtMs);
    expect(first?.storedAtMs).toBeLessThan(addedAtMs + 2 * SECOND_MS);
    await bench.declare('agent_witness', EVERY_SECOND);
    await bench.remove('agent_brief');
    const removedAtMs = Date.now();
    await waitForFires('agent_witness', 3);
    const last = (await bench.fires('agent_brief')).at(-1);
    expect(Date.parse(last?.request.scheduled_for ?? '')).toBeLessThan(removedAtMs + SECOND_MS);
    await bench.remove('agent_witness');
  });

  it('takes a changed schedule, and leaves out entries that it can not read', async () => {
    await bench.putRaw('agent_broken', '{');
    await bench.declare('agent_bad_cron', '61 * * * *');
    await bench.declare('agent_changed', '0 0 1 1 *');
    await bench.declare('agent_changed', EVERY_SECOND, { input: { changed: true } });
    const [first] = await waitForFires('agent_changed', 1);
    expect(first?.request.input).toEqual({ changed: true });
    await bench.remove('agent_changed');
    expect(await bench.fires('agent_bad_cron')).toEqual([]);
  });

  it('says how it is', async () => {
    expect(await one.get(HealthRegistry).report()).toEqual({
      status: 'ok',
      dependencies: { nats: { status: 'up' }, definitions: { status: 'up' }, ledger: { status: 'up' } },
    });
    const { port } = one.get(ManagementServer);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^schedules\{service="scheduler"\} \d+$/m);
    expect(metrics).toMatch(/^fire_lateness_seconds_count\{service="scheduler"\} [1-9]/m);
  });

  it('publishes the fires of an outage after it, in order', async () => {
    await bench.declare('agent_outage', EVERY_SECOND, { overlap: 'allow' });
    const before = await waitForFires('agent_outage', 1);
    await bench.servers.nats.kill();
    await vi.waitFor(async () => expect((await one.get(HealthRegistry).report()).status).toBe('degraded'));
    await waitForOwed(one, 2.5 * SECOND_MS);
    await bench.servers.nats.restart();
    const fires = await waitForFires('agent_outage', before.length + 5);
    expect(secondsOf(fires)).toEqual(gapless(fires));
    expect(Math.max(...fires.map(({ latenessMs }) => latenessMs))).toBeGreaterThan(2 * SECOND_MS);
    await vi.waitFor(async () => expect((await one.get(HealthRegistry).report()).status).toBe('ok'), 5_000);
    await bench.declare('agent_after', EVERY_SECOND);
    expect(await waitForFires('agent_after', 1)).not.toEqual([]);
    await bench.remove('agent_after');
    await bench.remove('agent_outage');
  });

  it('holds fires back while the stream is full', async () => {
    await bench.resizeRequests(1);
    await bench.declare('agent_full', EVERY_SECOND, { overlap: 'allow' });
    await waitForOwed(one, 1.5 * SECOND_MS);
    expect(await bench.fires('agent_full')).toEqual([]);
    await bench.resizeRequests(16 * 1_048_576);
    const fires = await waitForFires('agent_full', 4);
    expect(secondsOf(fires)).toEqual(gapless(fires));
    expect(fires[0]?.latenessMs).toBeGreaterThan(SECOND_MS);
    await bench.remove('agent_full');
  });

  it('stops at once on SIGTERM, also with the broker away', async () => {
    for (const url of [bench.servers.nats.url, 'nats://127.0.0.1:9']) {
      const scheduler = new AppProcess('scheduler', { NATS_URL: url, MANAGEMENT_PORT: '0' });
      await vi.waitFor(() => expect(scheduler.output).toContain('Management server listens'), 20_000);
      const atMs = Date.now();
      scheduler.kill('SIGTERM');
      expect(await scheduler.exited).toEqual({ code: 0, signal: null });
      expect(Date.now() - atMs).toBeLessThan(2_000);
    }
  }, 60_000);

  it('exits 78 and names all bad variables', async () => {
    const scheduler = new AppProcess('scheduler', { MANAGEMENT_PORT: 'x', LOG_LEVEL: 'loud' });
    expect(await scheduler.exited).toEqual({ code: 78, signal: null });
    expect(scheduler.output).toMatch(/NATS_URL[^]*MANAGEMENT_PORT[^]*LOG_LEVEL/);
  });
});
