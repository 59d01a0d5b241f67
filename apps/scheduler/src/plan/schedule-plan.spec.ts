import { Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScheduleDeclaration } from '#contracts';
import { Clock } from '../clock/clock.js';
import { SchedulePlan } from './schedule-plan.js';

const START_MS = Date.parse('2026-11-22T10:00:30Z');
const MINUTE_MS = 60_000;
const FIRST_DUE_MS = START_MS + 30_000;

class SetClock extends Clock {
  nowMs = START_MS;

  override now(): number {
    return this.nowMs;
  }
}

function minutely(name: string, changes: Partial<ScheduleDeclaration> = {}): ScheduleDeclaration {
  return { name, cron: '* * * * *', timeZone: 'Europe/Madrid', ...changes };
}

describe('SchedulePlan', () => {
  let clock: SetClock;
  let plan: SchedulePlan;

  beforeEach(() => {
    clock = new SetClock();
    plan = new SchedulePlan(clock);
  });

  function owing(): string[] {
    return plan
      .owingAt(clock.nowMs)
      .map(({ agent, name, dueMs }) => `${agent}/${name}+${(dueMs - FIRST_DUE_MS) / MINUTE_MS}`);
  }

  it('fires a schedule from when it is added', () => {
    plan.set('one', [minutely('a')]);
    expect(plan.size).toBe(1);
    expect(owing()).toEqual([]);
    expect(plan.nextAfter(clock.nowMs)).toBe(FIRST_DUE_MS);
    clock.nowMs = FIRST_DUE_MS;
    expect(owing()).toEqual(['one/a+0']);
  });

  it('owes every fire until it is done, whenever that is', () => {
    plan.set('one', [minutely('a')]);
    clock.nowMs = FIRST_DUE_MS + 2 * MINUTE_MS + 1;
    const done: string[] = [];
    while (owing().length > 0) {
      done.push(...owing());
      plan.advance(plan.owingAt(clock.nowMs)[0]!);
    }
    expect(done).toEqual(['one/a+0', 'one/a+1', 'one/a+2']);
    expect(plan.nextAfter(clock.nowMs)).toBe(FIRST_DUE_MS + 3 * MINUTE_MS);
  });

  it('names those first that owe for longest', () => {
    plan.set('late', [minutely('a', { cron: '2 * * * *' })]);
    plan.set('early', [minutely('b', { cron: '1 * * * *' })]);
    clock.nowMs = FIRST_DUE_MS + 5 * MINUTE_MS;
    expect(owing()).toEqual(['early/b+0', 'late/a+1']);
  });

  it('leaves a schedule that did not change as it was, and takes its new input', () => {
    plan.set('one', [minutely('a')]);
    clock.nowMs = FIRST_DUE_MS;
    plan.set('one', [minutely('a', { input: { page: 2 } })]);
    expect(owing()).toEqual(['one/a+0']);
    expect(plan.owingAt(clock.nowMs)[0]?.input).toEqual({ page: 2 });
  });

  it('changes a schedule from now on, and still owes what was due before', () => {
    plan.set('one', [minutely('a')]);
    clock.nowMs = FIRST_DUE_MS;
    plan.set('one', [minutely('a', { cron: '30 10 * * *', timeZone: 'UTC' })]);
    expect(owing()).toEqual(['one/a+0']);
    plan.advance(plan.owingAt(clock.nowMs)[0]!);
    clock.nowMs += 20 * MINUTE_MS;
    expect(owing()).toEqual([]);
    expect(plan.nextAfter(clock.nowMs)).toBe(Date.parse('2026-11-22T10:30:00Z'));
  });

  it('ends schedules that are not declared any more, and agents that are gone', () => {
    plan.set('one', [minutely('a'), minutely('b')]);
    plan.set('two', [minutely('c')]);
    plan.set('one', [minutely('b')]);
    plan.remove('two');
    plan.remove('two');
    expect(plan.agentNames).toEqual(['one']);
    expect(plan.size).toBe(1);
    clock.nowMs = FIRST_DUE_MS;
    expect(owing()).toEqual(['one/b+0']);
  });

  it('tells of every fire that may be the earliest', () => {
    const due = vi.fn<(dueMs: number) => void>();
    plan.onDue(due);
    plan.set('one', [minutely('a')]);
    expect(due).toHaveBeenLastCalledWith(FIRST_DUE_MS);
    clock.nowMs = FIRST_DUE_MS;
    plan.advance(plan.owingAt(clock.nowMs)[0]!);
    expect(due).toHaveBeenLastCalledWith(FIRST_DUE_MS + MINUTE_MS);
  });

  it('leaves out a schedule with a bad cron, by name, and keeps the others', () => {
    const log = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    plan.set('one', [minutely('broken', { cron: '0 0 30 2 *' }), minutely('fine')]);
    expect(plan.size).toBe(1);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ agent: 'one', schedule: 'broken' }),
      'Schedule left out',
    );
    log.mockRestore();
  });

  it('gives up old fires only where a newer one is owed', () => {
    plan.set('often', [minutely('a')]);
    plan.set('weekly', [minutely('b', { cron: '1 11 * * 0' })]);
    clock.nowMs = FIRST_DUE_MS + 2 * 24 * 60 * MINUTE_MS;
    const [often, weekly] = plan.owingAt(clock.nowMs);
    const cutMs = clock.nowMs - 10 * MINUTE_MS;
    expect(often?.giveUpBefore(cutMs, clock.nowMs)).toBe(true);
    expect(often?.dueMs).toBe(cutMs);
    expect(often?.giveUpBefore(cutMs, clock.nowMs)).toBe(false);
    expect(weekly?.giveUpBefore(cutMs, clock.nowMs)).toBe(false);
    expect(weekly?.dueMs).toBe(FIRST_DUE_MS);
  });
});
