import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  RUN_REQUESTS,
  type RunRequest,
  scheduleKey,
  SCHEDULE_FIRES,
  SCHEDULES_BUCKET,
  type LedgerEntry,
} from '#contracts';
import { SchedulePlan } from '../../apps/scheduler/src/plan/schedule-plan.js';
import { SchedulerBench } from '../scheduler/scheduler-bench.js';

const PATIENT = { timeout: 60_000, interval: 50 };
/** `SCALE=1000` and a quiet machine give the figures of a thousand schedules, and of ten thousand that are started. */
const SCHEDULES = Number(process.env['SCALE'] ?? 200);

/** Stores many schedules of one agent at once. */
async function storeMany(bench: SchedulerBench, definitions: readonly object[]): Promise<void> {
  const stream = jetstream(bench.nats);
  const timed_since = new Date().toISOString();
  for (let from = 0; from < definitions.length; from += 500) {
    await Promise.all(
      definitions.slice(from, from + 500).map(async (each, index) => {
        const name = `s${from + index}`;
        const value = { agent: 'many', name, timed_since, ...each };
        await stream.publish(`$KV.${SCHEDULES_BUCKET}.${scheduleKey('many', name)}`, JSON.stringify(value));
      }),
    );
  }
}

/** How late the fires of each instant were, from the instant until the broker had the request, in ms, ascending. */
async function latenesses(bench: SchedulerBench, afterMs: number): Promise<number[][]> {
  const byInstant = new Map<number, number[]>();
  for (const message of await bench.messages(RUN_REQUESTS)) {
    const dueMs = Date.parse(message.json<RunRequest>().scheduled_for ?? '');
    if (dueMs > afterMs) {
      byInstant.set(dueMs, [...(byInstant.get(dueMs) ?? []), message.time.getTime() - dueMs]);
    }
  }
  return [...byInstant.values()].map((each) => each.toSorted((one, other) => one - other));
}

function at(share: number, sorted: readonly number[]): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

describe('many schedules', () => {
  let bench: SchedulerBench;

  beforeAll(async () => {
    bench = await SchedulerBench.start();
  });

  afterAll(async () => {
    await bench.stop();
  });

  it.each([
    ['spread over five seconds', 5, 5],
    ['at the same instant', 5, 1],
    ...(process.env['SCALE'] === undefined ? [] : ([['spread over a minute', 60, 60]] as const)),
  ] as const)(
    'fire all, and none early, %s',
    async (what, everySeconds, instants) => {
      const definitions = Array.from({ length: SCHEDULES }, (_, index) => ({
        every_ms: everySeconds * 1_000,
        from: new Date(Date.UTC(2026, 0, 1, 0, 0, index % instants)).toISOString(),
      }));
      await storeMany(bench, definitions);
      const scheduler = await bench.startScheduler();
      const plan = scheduler.get(SchedulePlan);
      await vi.waitFor(
        () => expect(plan.owingAt(Date.now()).length + SCHEDULES - plan.size).toBe(0),
        PATIENT,
      );
      const beganMs = Date.now();
      const perInstant = await vi.waitFor(
        async () => {
          const found = await latenesses(bench, beganMs);
          expect(found.flat().length).toBeGreaterThanOrEqual(SCHEDULES);
          return found;
        },
        { timeout: 70_000, interval: 500 },
      );
      await scheduler.close();
      const late = perInstant.flat().toSorted((one, other) => one - other);
      // Of one instant each: what else the machine does in a moment must not decide about all of them.
      const p99s = perInstant.map((each) => at(0.99, each)).toSorted((one, other) => one - other);
      const figures = `p50 ${at(0.5, late)} ms, p99 ${at(0.99, late)} ms, median p99 of an instant ${at(0.5, p99s)} ms`;
      console.log(`${SCHEDULES} ${what}: ${late.length} fires, ${figures}`);
      expect(late[0]).toBeGreaterThanOrEqual(0);
    },
    100_000,
  );
});

describe('ten times as many schedules', () => {
  let bench: SchedulerBench;

  beforeAll(async () => {
    bench = await SchedulerBench.start();
  });

  afterAll(async () => {
    await bench.stop();
  });

  it('are known, and begun in the ledger; and again after a restart', async () => {
    const definitions = Array.from({ length: 10 * SCHEDULES }, (_, index) => ({
      cron: `${index % 60} ${index % 24} 1 1 *`,
      time_zone: ['Europe/Madrid', 'America/New_York', 'UTC'][index % 3],
    }));
    await storeMany(bench, definitions);
    for (const what of ['first start', 'restart']) {
      const beganMs = performance.now();
      const scheduler = await bench.startScheduler();
      const plan = scheduler.get(SchedulePlan);
      await vi.waitFor(() => {
        expect(plan.isReady && plan.size === 10 * SCHEDULES && plan.owingAt(Date.now()).length === 0).toBe(
          true,
        );
      }, PATIENT);
      const tookMs = Math.round(performance.now() - beganMs);
      console.log(`${10 * SCHEDULES} schedules, ${what}: ${tookMs} ms`);
      await scheduler.close();
    }
    const last = (await bench.messages(SCHEDULE_FIRES)).map((message) => message.json<LedgerEntry>());
    expect(new Set(last.map(({ schedule }) => schedule)).size).toBe(10 * SCHEDULES);
    expect(last).toHaveLength(10 * SCHEDULES);
  }, 120_000);
});
