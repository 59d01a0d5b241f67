import { exchangeEnds } from './exchange-ends.js';
import { swap, turnRound } from './moves-within-route.js';
import type { Plan } from './plan.js';
import { relocate } from './relocate.js';
import { at } from './routing-problem.js';

/**
 * Shortens a plan by small moves of stops towards their nearest others, until none of the moves helps any more.
 * @param stops where to begin; what a move changes is looked at again
 */
export function improve(plan: Plan, nearest: readonly number[][], stops: Iterable<number>): void {
  const waiting = new Set(stops);
  for (const stop of waiting) {
    waiting.delete(stop);
    for (const touched of improveAt(plan, stop, at(nearest, stop))) {
      if (touched !== 0) {
        waiting.add(touched);
      }
    }
  }
  plan.dropEmptyRoutes();
}

/** Makes the first move that helps, and says which stops have new neighbours. */
function improveAt(plan: Plan, stop: number, nearest: readonly number[]): number[] {
  const before = plan.before(stop);
  const after = plan.after(stop);
  const longest = Math.max(plan.between(stop, before), plan.between(stop, after));
  for (const other of nearest) {
    if (plan.between(stop, other) >= longest) {
      return []; // whatever gains by a longer leg here gains by a shorter one at its other end, and is found there
    }
    const beforeOther = plan.before(other);
    const afterOther = plan.after(other);
    if (bringTogether(plan, stop, other)) {
      const now = [plan.before(stop), plan.after(stop), plan.before(other), plan.after(other)];
      return [stop, before, after, other, beforeOther, afterOther, ...now];
    }
  }
  return [];
}

function bringTogether(plan: Plan, stop: number, other: number): boolean {
  const isShorter =
    relocate(plan, stop, other) ||
    (plan.routeNumber(stop) === plan.routeNumber(other)
      ? turnRound(plan, stop, other)
      : exchangeEnds(plan, stop, other));
  return isShorter || swap(plan, stop, plan.after(other)) || swap(plan, stop, plan.before(other));
}
