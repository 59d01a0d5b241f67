import { ScheduleDefinition } from '#contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ExpectedFires, type KnownPosition } from './expected-fires.js';

const MINUTE_MS = 60_000;
const SEEN_MS = Date.parse('2026-11-22T10:00:30Z');
const KEY = 'one.tick';

function definition(changes: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return Object.assign(new ScheduleDefinition(), {
    agent: 'one',
    name: 'tick',
    cron: '* * * * *',
    ...changes,
  });
}

function decided(until: string, changes: Partial<KnownPosition> = {}): KnownPosition {
  return {
    agent_name: 'one',
    schedule_name: 'tick',
    decided_until: new Date(until),
    has_ended: false,
    overdue_since: null,
    ...changes,
  };
}

describe('ExpectedFires', () => {
  let expected: ExpectedFires;

  beforeEach(() => {
    expected = new ExpectedFires();
    expected.set(KEY, { definition: definition(), source: 'code', pause: undefined }, SEEN_MS);
  });

  function overdue(position: KnownPosition | undefined, beforeMs: number): string | undefined {
    const since = expected.overdue(KEY, position, beforeMs);
    return since === undefined ? undefined : new Date(since).toISOString();
  }

  it('names the first fire after what is decided, once it is old enough', () => {
    const position = decided('2026-11-22T09:58:00Z');
    expect(overdue(position, SEEN_MS - 2 * MINUTE_MS)).toBeUndefined();
    expect(overdue(position, SEEN_MS)).toBe('2026-11-22T09:59:00.000Z');
  });

  it('expects of a schedule that no scheduler knows what comes after it was seen', () => {
    expect(overdue(undefined, SEEN_MS)).toBeUndefined();
    expect(overdue(undefined, SEEN_MS + MINUTE_MS)).toBe('2026-11-22T10:01:00.000Z');
    expect(overdue(decided('2026-11-22T09:00:00Z', { has_ended: true }), SEEN_MS)).toBeUndefined();
  });

  it('expects nothing from before a stored schedule was made', () => {
    const timed_since = '2026-11-22T10:10:00Z';
    expected.set(
      KEY,
      { definition: definition({ timed_since }), source: 'stored', pause: undefined },
      SEEN_MS,
    );
    expect(overdue(decided('2026-11-22T09:00:00Z'), SEEN_MS + 5 * MINUTE_MS)).toBeUndefined();
    expect(overdue(undefined, Date.parse(timed_since) + MINUTE_MS)).toBe('2026-11-22T10:11:00.000Z');
  });

  it('expects nothing of a schedule that is paused, gone, or can not be understood', () => {
    const position = decided('2026-11-22T09:58:00Z');
    expected.set(KEY, { definition: definition(), source: 'code', pause: {} }, SEEN_MS);
    expect(overdue(position, SEEN_MS)).toBeUndefined();
    expected.set(
      KEY,
      { definition: definition({ cron: 'often' }), source: 'code', pause: undefined },
      SEEN_MS,
    );
    expect(overdue(position, SEEN_MS)).toBeUndefined();
    expected.set(KEY, undefined, SEEN_MS);
    expect([overdue(position, SEEN_MS), expected.keys()]).toEqual([undefined, []]);
  });

  it('does not wait anew when it is told the same again', () => {
    expected.set(
      KEY,
      { definition: definition(), source: 'code', pause: undefined },
      SEEN_MS + 10 * MINUTE_MS,
    );
    expect(overdue(undefined, SEEN_MS + MINUTE_MS)).toBe('2026-11-22T10:01:00.000Z');
  });
});
