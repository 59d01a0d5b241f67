import { LEAST_GAIN } from './moves-within-route.js';
import type { Plan } from './plan.js';
import { at } from './routing-problem.js';

const LONGEST_SEGMENT = 3;

/**
 * Or-opt: moves up to three stops in a row that begin or end with `stop` to the place beside `target`, in the same
 * route or another, either way round.
 * @returns whether that made the plan shorter; otherwise nothing is changed
 */
export function relocate(plan: Plan, stop: number, target: number): boolean {
  const position = plan.position(stop);
  const { length } = plan.routeWith(stop);
  for (let segment = 1; segment <= LONGEST_SEGMENT; segment += 1) {
    if (position + segment <= length && moveSegment(plan, stop, target, position, segment)) {
      return true;
    }
    if (
      segment > 1 &&
      position - segment >= -1 &&
      moveSegment(plan, stop, target, position - segment + 1, segment)
    ) {
      return true;
    }
  }
  return false;
}

function moveSegment(plan: Plan, stop: number, target: number, start: number, length: number): boolean {
  const number = plan.routeNumber(stop);
  const route = at(plan.routes, number);
  const end = start + length - 1;
  const isSameRoute = plan.routeNumber(target) === number;
  const targetPosition = plan.position(target);
  if (isSameRoute && targetPosition >= start && targetPosition <= end) {
    return false;
  }
  const first = at(route, start);
  const last = at(route, end);
  const other = first === stop ? last : first;
  const before = plan.before(first);
  const after = plan.after(last);
  const gain = plan.between(before, first) + plan.between(last, after) - plan.between(before, after);
  for (const isBehind of [true, false]) {
    const far = isBehind ? plan.after(target) : plan.before(target);
    const isInPlace = isSameRoute && (isBehind ? targetPosition === start - 1 : targetPosition === end + 1);
    const cost = plan.between(target, stop) + plan.between(other, far) - plan.between(target, far);
    if (!isInPlace && gain - cost > LEAST_GAIN && hasRoom(plan, route, start, length, target)) {
      // Behind the target the segment begins with `stop`, before it it ends with `stop`.
      const isTurned = (first === stop) !== isBehind && length > 1;
      place(plan, target, isBehind, number, start, length, isTurned);
      return true;
    }
  }
  return false;
}

function hasRoom(
  plan: Plan,
  route: readonly number[],
  start: number,
  length: number,
  target: number,
): boolean {
  const number = plan.routeNumber(target);
  if (number === plan.routeNumber(at(route, start))) {
    return true;
  }
  let demand = 0;
  for (let position = start; position < start + length; position += 1) {
    demand += plan.demand(at(route, position));
  }
  return plan.hasRoom(number, demand);
}

function place(
  plan: Plan,
  target: number,
  isBehind: boolean,
  number: number,
  start: number,
  length: number,
  isTurned: boolean,
): void {
  const targetNumber = plan.routeNumber(target);
  const segment = at(plan.routes, number).splice(start, length);
  if (isTurned) {
    segment.reverse();
  }
  const targetRoute = at(plan.routes, targetNumber);
  targetRoute.splice(targetRoute.indexOf(target) + (isBehind ? 1 : 0), 0, ...segment);
  plan.setRoute(number, at(plan.routes, number));
  plan.setRoute(targetNumber, targetRoute);
}
