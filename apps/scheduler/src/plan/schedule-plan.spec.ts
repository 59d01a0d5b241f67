import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LedgerEntry, ScheduleDefinition, ScheduleTiming } from '#contracts';
import { Clock } from '../clock/clock.js';
import { decide } from '../deciding/decide.js';
import { SchedulePlan } from './schedule-plan.js';

const START_MS = Date.parse('2026-11-22T10:00:30Z');
const MINUTE_MS = 60_000;
const FIRST_DUE_MS = START_MS + 30_000;
const MINUTELY: ScheduleTiming = { cron: '* * * * *', time_zone: 'UTC' };

class SetClock extends Clock {
  nowMs = START_MS;

  override now(): number {
    return this.nowMs;
  }
}

function definition(changes: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    agent: 'one',
    name: 'a',
    ...MINUTELY,
    time_zone: 'UTC',
    missed_fires: 'all',
    missed_window_ms: 86_400_000,
    missed_max: 100,
    overlap: 'allow',
    queue_max: 1,
    ...changes,
  };
}

describe('SchedulePlan', () => {
  let clock: SetClock;
  let plan: SchedulePlan;
  let sequence = 0;

  beforeEach(() => {
    clock = new SetClock();
    plan = new SchedulePlan(clock);
    plan.ready();
  });

  function set(changes: Partial<ScheduleDefinition> = {}): void {
    plan.set('one.a', { definition: definition(changes), source: 'code', pause: undefined });
  }

  function stands(untilMs: number, timing?: ScheduleTiming, changes: Partial<LedgerEntry> = {}): void {
    const at = new Date(untilMs).toISOString();
    const entry = { agent: 'one', schedule: 'a', fires: [], until: at, decided_at: at, decided_by: 'spec' };
    plan.take('one.a', {
      sequence: (sequence += 1),
      entry: { ...entry, ...(timing !== undefined && { timing }), ...changes },
    });
  }

  /** Decides what is owed, as a scheduler does, and gives minutes after the first fire. */
  function decideAll(): number[] {
    const fired: number[] = [];
    for (const schedule of plan.owingAt(clock.nowMs)) {
      const decided = decide(schedule, clock.nowMs, 'over');
      if (decided !== undefined) {
        fired.push(
          ...decided.fires.map(({ scheduled_for }) => (Date.parse(scheduled_for) - FIRST_DUE_MS) / MINUTE_MS),
        );
        plan.take(schedule.key, {
          sequence: (sequence += 1),
          entry: { ...decided, decided_by: 'spec' },
        });
      }
    }
    return fired;
  }

  it('owes nothing before everything has been read', () => {
    const unread = new SchedulePlan(clock);
    unread.set('one.a', { definition: definition(), source: 'code', pause: undefined });
    expect(unread.owingAt(START_MS + MINUTE_MS)).toEqual([]);
    unread.ready();
    expect(unread.owingAt(START_MS + MINUTE_MS)).toHaveLength(1);
  });

  it('begins a schedule that the ledger does not know when it is first seen', () => {
    set();
    expect(decideAll()).toEqual([]);
    expect(plan.nextAfter(clock.nowMs)).toBe(FIRST_DUE_MS);
    clock.nowMs = FIRST_DUE_MS;
    expect(decideAll()).toEqual([0]);
  });

  it('begins a stored one when it was made, though it is read later', () => {
    set({ timed_since: new Date(START_MS - 2 * MINUTE_MS).toISOString() });
    expect(decideAll()).toEqual([-2, -1]);
  });

  it('goes on where the ledger stands, also when that is read first', () => {
    stands(START_MS - 3 * MINUTE_MS, MINUTELY);
    set();
    expect(decideAll()).toEqual([-3, -2, -1]);
    expect(decideAll()).toEqual([]);
  });

  it('takes no older word of the ledger', () => {
    set();
    stands(START_MS, MINUTELY);
    sequence -= 2;
    stands(START_MS - 60 * MINUTE_MS, MINUTELY);
    expect(decideAll()).toEqual([]);
    sequence += 2;
  });

  it('decides by the old rule up to a change, and by the new one from there', () => {
    set();
    stands(START_MS, MINUTELY);
    clock.nowMs = FIRST_DUE_MS + MINUTE_MS + 1;
    set({ cron: '*/5 * * * *' });
    expect(decideAll()).toEqual([0, 1]);
    clock.nowMs = FIRST_DUE_MS + 9 * MINUTE_MS;
    expect(decideAll()).toEqual([4, 9]);
  });

  it('does the same when the change happened while nobody was there, as far as it is dated', () => {
    stands(START_MS - 10 * MINUTE_MS, MINUTELY);
    set({
      every_ms: 120_000,
      cron: undefined,
      timed_since: new Date(START_MS - 6 * MINUTE_MS).toISOString(),
    });
    expect(decideAll()).toEqual([-10, -9, -8, -7, -5, -3, -1]);
  });

  it('does not begin anew with a new input', () => {
    stands(START_MS - 2 * MINUTE_MS, MINUTELY);
    set();
    set({ input: { page: 2 } });
    expect(plan.get('one.a')?.definition.input).toEqual({ page: 2 });
    expect(decideAll()).toEqual([-2, -1]);
  });

  it('ends a schedule that is gone after what it owed, and says so in the ledger', () => {
    set();
    stands(START_MS, MINUTELY);
    clock.nowMs = FIRST_DUE_MS + 1;
    plan.set('one.a', undefined);
    const [gone] = plan.owingAt(clock.nowMs);
    expect(decide(gone!, clock.nowMs, 'over')).toMatchObject({ fires: [{ outcome: 'fired' }] });
    expect(decide(gone!, clock.nowMs, 'over')).not.toHaveProperty('timing');
    expect(decideAll()).toEqual([0]);
    expect([plan.size, plan.get('one.a')]).toEqual([0, undefined]);
  });

  it('begins anew when one of its name comes back', () => {
    stands(START_MS - 60 * MINUTE_MS);
    set();
    expect(decideAll()).toEqual([]);
    clock.nowMs = FIRST_DUE_MS;
    expect(decideAll()).toEqual([0]);
  });

  it('goes on when another scheduler has ended what is still there', () => {
    set();
    stands(START_MS, MINUTELY);
    stands(START_MS + 1);
    clock.nowMs = FIRST_DUE_MS;
    expect(decideAll()).toEqual([0]);
  });

  it('tells of everything that may come due earlier', () => {
    const due = vi.fn<(dueMs: number) => void>();
    plan.onDue(due);
    set();
    expect(due).toHaveBeenLastCalledWith(-Infinity);
    stands(START_MS, MINUTELY);
    expect(due).toHaveBeenLastCalledWith(FIRST_DUE_MS);
  });

  it('waits for news of the ledger, and not for ever', async () => {
    const news = plan.untilNews('one.a', sequence, 5_000);
    stands(START_MS, MINUTELY);
    await expect(news).resolves.toBe(true);
    await expect(plan.untilNews('one.a', sequence, 10)).resolves.toBe(false);
  });

  it('leaves out a schedule with a cron that can not be used, by name', () => {
    const log = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    set({ cron: '0 0 30 2 *' });
    expect(plan.size).toBe(0);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ schedule: 'one.a' }),
      'Schedule left out',
    );
    log.mockRestore();
  });
});
