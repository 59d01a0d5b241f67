import type { ComparisonOptions } from './comparison-options.js';
import type { Contestant } from './contestant.js';
import { median } from './figures.js';
import type { Pace } from './latency-case.js';
import type { Measured } from './measured.js';

export const IDLE_PER_SECOND = 40;
export const HALF_OF_MAXIMUM = 'half of its maximum';
const SECONDS = { quick: 3, full: 10 };
const UNMEASURED_LOAD = 100;

/** How long each pace is kept up. */
export function paceSeconds({ isQuick }: ComparisonOptions): number {
  return isQuick ? SECONDS.quick : SECONDS.full;
}

/** Idle, and at half of what it has done on the backlog; the product at a pace of its own as well. */
export function pacesOf({ id }: Contestant, measured: Measured, options: ComparisonOptions): Pace[] {
  const seconds = paceSeconds(options);
  const paceOf = (perSecond: number, label = `${perSecond} per second`): Pace => ({
    label,
    perSecond,
    seconds,
  });
  const maxima = measured.runsPerSecond(id);
  const idle = paceOf(IDLE_PER_SECOND, 'idle');
  const half =
    maxima.length === 0
      ? paceOf(UNMEASURED_LOAD)
      : paceOf(Math.max(1, Math.round(median(maxima) / 2)), HALF_OF_MAXIMUM);
  return id === 'product' ? [idle, half, paceOf(options.load)] : [idle, half];
}
