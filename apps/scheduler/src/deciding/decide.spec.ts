import { describe, expect, it } from 'vitest';
import { type LedgerEntry, ScheduleDefinition } from '#contracts';
import { timingOf } from '#schedules';
import { PlannedSchedule } from '../plan/planned-schedule.js';
import { decide } from './decide.js';
import { MAX_SINGLE_ROWS } from './due-fires.js';
import type { RunState } from './run-state.js';

const MINUTE_MS = 60_000;
const START = '2026-11-22T10:00:00.000Z';
const START_MS = Date.parse(START);

const MINUTELY: ScheduleDefinition = {
  agent: 'one',
  name: 'tick',
  cron: '* * * * *',
  time_zone: 'UTC',
  missed_fires: 'last',
  missed_window_ms: 3_600_000,
  missed_max: 3,
  overlap: 'allow',
  queue_max: 2,
};

/** A schedule that is decided up to 10:00. */
function scheduleOf(
  changes: Partial<ScheduleDefinition> = {},
  state: Partial<LedgerEntry> = {},
): PlannedSchedule {
  const definition = Object.assign(new ScheduleDefinition(), MINUTELY, changes);
  const schedule = new PlannedSchedule('one.tick', definition, START_MS);
  schedule.take({
    sequence: 1,
    entry: {
      agent: 'one',
      schedule: 'tick',
      fires: [],
      until: START,
      timing: timingOf(definition),
      decided_at: START,
      decided_by: 'spec',
      ...state,
    },
  });
  return schedule;
}

/** What is decided so many milliseconds after 10:00, as `outcome minute`. */
function outcomes(schedule: PlannedSchedule, afterMs: number, run: RunState = 'over'): string[] {
  const decided = decide(schedule, START_MS + afterMs, run);
  return (decided?.fires ?? []).map(({ outcome, scheduled_for, fires }) => {
    const minute = (Date.parse(scheduled_for) - START_MS) / MINUTE_MS;
    return `${outcome} ${minute}${fires === undefined ? '' : ` and ${fires - 1} more`}`;
  });
}

describe('decide', () => {
  it('says nothing while nothing is due', () => {
    expect(decide(scheduleOf(), START_MS + MINUTE_MS - 1, 'over')).toBeUndefined();
  });

  it('fires what is due, under an id that follows from agent, schedule and instant', () => {
    const decided = decide(scheduleOf(), START_MS + MINUTE_MS + 20, 'over');
    const at = '2026-11-22T10:01:00.000Z';
    expect(decided).toEqual({
      agent: 'one',
      schedule: 'tick',
      fires: [{ scheduled_for: at, outcome: 'fired', request_id: 'one-tick-20261122T100100Z' }],
      until: at,
      timing: { cron: '* * * * *', time_zone: 'UTC' },
      last_request_id: 'one-tick-20261122T100100Z',
      last_fired_at: '2026-11-22T10:01:00.020Z',
      decided_at: '2026-11-22T10:01:00.020Z',
    });
  });

  it('fires several that are on time, though they are due together', () => {
    const every = { cron: undefined, every_ms: 1_000 };
    expect(outcomes(scheduleOf(every), 3_500)).toHaveLength(3);
  });

  describe('after an outage', () => {
    const FIVE = 5 * MINUTE_MS + 30_000;

    it.each([
      ['skip', ['missed 1', 'missed 2', 'missed 3', 'missed 4', 'missed 5']],
      ['last', ['missed 1', 'missed 2', 'missed 3', 'missed 4', 'fired 5']],
      ['all', ['missed 1', 'missed 2', 'fired 3', 'fired 4', 'fired 5']],
    ] as const)('makes up for %s', (missed_fires, expected) => {
      expect(outcomes(scheduleOf({ missed_fires }), FIVE)).toEqual(expected);
    });

    it('takes the window into account', () => {
      const missed_window_ms = 2 * MINUTE_MS;
      expect(outcomes(scheduleOf({ missed_fires: 'all', missed_window_ms }), FIVE)).toEqual([
        'missed 1',
        'missed 2',
        'missed 3',
        'fired 4',
        'fired 5',
      ]);
      expect(outcomes(scheduleOf({ missed_fires: 'last', missed_window_ms: 0 }), FIVE).at(-1)).toBe(
        'missed 5',
      );
    });

    it('fires what is on time in any case, and then makes up for none with last', () => {
      const onTime = 5 * MINUTE_MS + 5_000;
      expect(outcomes(scheduleOf({ missed_fires: 'skip' }), onTime).at(-1)).toBe('fired 5');
      expect(outcomes(scheduleOf({ missed_fires: 'last' }), onTime).slice(-2)).toEqual([
        'missed 4',
        'fired 5',
      ]);
    });

    it('says how late it is, and why others are missed', () => {
      const fires = decide(scheduleOf(), START_MS + FIVE, 'over')?.fires;
      expect(fires?.[0]?.reason).toBe('schedulers or NATS were away; missed_fires is last');
      expect(fires?.at(-1)?.reason).toBe('made up for, 30 s late');
    });

    it('folds what would be thousands of rows, and is quick about it', () => {
      const every = { cron: '* * * * * *', missed_fires: 'last' as const };
      const beganMs = performance.now();
      const fires = outcomes(scheduleOf(every), 8 * 3_600_000);
      expect(performance.now() - beganMs).toBeLessThan(1_000);
      expect(fires).toHaveLength(MAX_SINGLE_ROWS + 1);
      expect(fires[0]).toBe(`missed ${1 / 60} and ${8 * 3_600 - MAX_SINGLE_ROWS - 1} more`);
    });

    it('takes no longer for a year of seconds', () => {
      const beganMs = performance.now();
      const fires = outcomes(scheduleOf({ cron: '* * * * * *' }), 365 * 86_400_000);
      expect(performance.now() - beganMs).toBeLessThan(3_000);
      expect(fires.at(-1)).toMatch(/^fired/);
    });
  });

  describe('while the run before goes on', () => {
    const last_request_id = 'one-tick-before';

    it.each([
      ['allow', 'fired 1'],
      ['skip', 'skipped 1'],
      ['queue', 'queued 1'],
    ] as const)('does as overlap says: %s', (overlap, expected) => {
      expect(outcomes(scheduleOf({ overlap }, { last_request_id }), MINUTE_MS, 'open')).toEqual([expected]);
      expect(outcomes(scheduleOf({ overlap }, { last_request_id }), MINUTE_MS, 'over')).toEqual(['fired 1']);
    });

    it('names the run', () => {
      const decided = decide(
        scheduleOf({ overlap: 'skip' }, { last_request_id }),
        START_MS + MINUTE_MS,
        'open',
      );
      expect(decided?.fires[0]?.reason).toBe('run one-tick-before goes on');
      expect(decided?.last_request_id).toBe(last_request_id);
    });

    it.each(['skip', 'queue'] as const)('fires with %s when nobody can say it, and says so', (overlap) => {
      const decided = decide(scheduleOf({ overlap }, { last_request_id }), START_MS + MINUTE_MS, 'unknown');
      expect(decided?.fires[0]).toMatchObject({
        outcome: 'fired',
        reason: 'nobody could say whether the run before is over',
      });
    });

    it('does not let fires that are due together overlap with skip, unless they are made up for', () => {
      const every = { cron: undefined, every_ms: 1_000, overlap: 'skip' as const };
      expect(outcomes(scheduleOf(every), 3_000).map((each) => each.split(' ')[0])).toEqual([
        'fired',
        'skipped',
        'skipped',
      ]);
      const all = { missed_fires: 'all' as const, overlap: 'skip' as const };
      expect(outcomes(scheduleOf(all), 3.5 * MINUTE_MS)).toEqual(['fired 1', 'fired 2', 'fired 3']);
    });

    it('lets as many wait as may, and go one by one, in order', () => {
      const queued = [1, 2].map((minute) => new Date(START_MS + minute * MINUTE_MS).toISOString());
      const until = queued[1]!;
      const waiting = (): PlannedSchedule =>
        scheduleOf({ overlap: 'queue' }, { queued, until, last_request_id });
      expect(outcomes(waiting(), 3 * MINUTE_MS, 'open')).toEqual(['skipped 3']);
      expect(outcomes(waiting(), 2.5 * MINUTE_MS, 'open')).toEqual([]);
      const decided = decide(waiting(), START_MS + 2.5 * MINUTE_MS, 'over');
      expect(decided).toMatchObject({
        queued: [queued[1]],
        last_request_id: 'one-tick-20261122T100100Z',
        until,
      });
      expect(outcomes(waiting(), 3 * MINUTE_MS, 'over')).toEqual(['fired 1', 'queued 3']);
    });
  });

  it('notes the fires of a paused schedule, and lets nothing go', () => {
    const queued = [START];
    const schedule = scheduleOf({ overlap: 'queue' }, { queued });
    schedule.isPaused = true;
    expect(outcomes(schedule, 2.5 * MINUTE_MS)).toEqual(['paused 1', 'paused 2']);
    expect(decide(schedule, START_MS + 2.5 * MINUTE_MS, 'over')?.queued).toEqual(queued);
  });
});
