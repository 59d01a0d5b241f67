import type { Plan } from './plan.js';
import { at } from './routing-problem.js';

/** Smaller gains are rounding errors. */
export const LEAST_GAIN = 1e-9;

/**
 * 2-opt: makes two stops of one route neighbours by turning round the part between them.
 * @returns whether that made the route shorter; otherwise nothing is changed
 */
export function turnRound(plan: Plan, one: number, other: number): boolean {
  const [first, last] = plan.position(one) < plan.position(other) ? [one, other] : [other, one];
  const number = plan.routeNumber(first);
  const afterFirst = plan.after(first);
  const afterLast = plan.after(last);
  const gainBehind =
    plan.between(first, afterFirst) +
    plan.between(last, afterLast) -
    plan.between(first, last) -
    plan.between(afterFirst, afterLast);
  if (gainBehind > LEAST_GAIN) {
    plan.reverse(number, plan.position(first) + 1, plan.position(last));
    return true;
  }
  const beforeFirst = plan.before(first);
  const beforeLast = plan.before(last);
  const gainBefore =
    plan.between(beforeFirst, first) +
    plan.between(beforeLast, last) -
    plan.between(first, last) -
    plan.between(beforeFirst, beforeLast);
  if (gainBefore > LEAST_GAIN) {
    plan.reverse(number, plan.position(first), plan.position(last) - 1);
    return true;
  }
  return false;
}

/**
 * Swap: makes two stops change places, in one route or in two.
 * @returns whether that made the plan shorter; otherwise nothing is changed
 */
export function swap(plan: Plan, one: number, other: number): boolean {
  const areNeighbours = plan.after(one) === other || plan.before(one) === other;
  if (one === other || other === 0 || areNeighbours || !hasRoomForSwap(plan, one, other)) {
    return false;
  }
  if (
    detour(plan, one, one) +
      detour(plan, other, other) -
      detour(plan, other, one) -
      detour(plan, one, other) <=
    LEAST_GAIN
  ) {
    return false;
  }
  const number = plan.routeNumber(one);
  const otherNumber = plan.routeNumber(other);
  const position = plan.position(one);
  plan.routeWith(other)[plan.position(other)] = one;
  at(plan.routes, number)[position] = other;
  plan.setRoute(number, at(plan.routes, number));
  plan.setRoute(otherNumber, at(plan.routes, otherNumber));
  return true;
}

/** The way from before to after `place`, by `stop`. */
function detour(plan: Plan, stop: number, place: number): number {
  return plan.between(plan.before(place), stop) + plan.between(stop, plan.after(place));
}

function hasRoomForSwap(plan: Plan, one: number, other: number): boolean {
  const number = plan.routeNumber(one);
  const otherNumber = plan.routeNumber(other);
  const more = plan.demand(other) - plan.demand(one);
  return number === otherNumber || (plan.hasRoom(number, more) && plan.hasRoom(otherNumber, -more));
}
