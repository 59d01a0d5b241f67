import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from '../clock/clock.js';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { CataloguePlanner } from './catalogue-planner.js';

function entry(name: string): Uint8Array {
  const schedules = [{ name: 'nightly', cron: '0 4 * * *', timeZone: 'Europe/Madrid' }];
  const limits = { concurrency: 1, attemptLimit: 1, timeLimitMs: 1_000, retryDelayMs: 1_000 };
  return Buffer.from(
    JSON.stringify({ group: 'default', declaration: { name, description: '', ...limits, schedules } }),
  );
}

describe('CataloguePlanner', () => {
  let plan: SchedulePlan;
  let planner: CataloguePlanner;
  const log = vi.spyOn(Logger.prototype, 'error');

  beforeEach(() => {
    log.mockReset().mockReturnValue(undefined);
    plan = new SchedulePlan(new Clock());
    planner = new CataloguePlanner(plan);
  });

  afterEach(() => {
    log.mockReset();
  });

  it('plans the schedules of an entry until it is gone', () => {
    planner.put('one', entry('one'));
    expect(planner.scheduleCount).toBe(1);
    planner.remove('one');
    expect(planner.scheduleCount).toBe(0);
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no entry', Buffer.from('{"declaration": 1}')],
    ['the entry of another agent', entry('two')],
  ])('leaves out %s, by name, and goes on', (_what, value) => {
    planner.put('one', entry('one'));
    planner.put('one', value);
    planner.put('three', entry('three'));
    expect(plan.agentNames).toEqual(['three']);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ agent: 'one' }),
      'Catalogue entry left out',
    );
  });

  it('forgets agents that a new reading of the bucket does not find', () => {
    planner.put('one', entry('one'));
    planner.put('two', entry('two'));
    planner.keepOnly(new Set(['two']));
    expect(plan.agentNames).toEqual(['two']);
  });
});
