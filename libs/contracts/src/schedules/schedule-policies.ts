/** What becomes of fires that nobody was there for: none is made up for, the last one, or all within bounds. */
export const MISSED_FIRES = ['skip', 'last', 'all'] as const;
export type MissedFires = (typeof MISSED_FIRES)[number];

/** What becomes of a fire while the run of the one before goes on. */
export const OVERLAPS = ['allow', 'skip', 'queue'] as const;
export type Overlap = (typeof OVERLAPS)[number];

const DAY_MS = 86_400_000;

/** What holds for a schedule that does not say it. */
export const SCHEDULE_DEFAULTS = {
  missedFires: 'last',
  missedWindowMs: 7 * DAY_MS,
  missedMax: 100,
  overlap: 'skip',
  queueMax: 1,
} as const;

export const SCHEDULE_BOUNDS = {
  minEveryMs: 1_000,
  maxEveryMs: 366 * DAY_MS,
  maxMissedWindowMs: 366 * DAY_MS,
  maxMissed: 200,
  maxQueue: 100,
} as const;
