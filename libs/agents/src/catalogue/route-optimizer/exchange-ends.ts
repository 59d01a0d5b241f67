import { LEAST_GAIN } from './moves-within-route.js';
import type { Plan } from './plan.js';
import { at } from './routing-problem.js';

/**
 * 2-opt*: cuts the routes of two stops and joins the parts so that the two stops become neighbours, in each of the
 * four ways.
 * @returns whether that made the plan shorter; otherwise nothing is changed
 */
export function exchangeEnds(plan: Plan, one: number, other: number): boolean {
  return (
    joinEndToBeginning(plan, one, other) ||
    joinEndToBeginning(plan, other, one) ||
    joinEnds(plan, one, other) ||
    joinBeginnings(plan, one, other)
  );
}

/** … one | after   and   before | other … become  … one other …  and  before after. */
function joinEndToBeginning(plan: Plan, one: number, other: number): boolean {
  const after = plan.after(one);
  const before = plan.before(other);
  const gain =
    plan.between(one, after) +
    plan.between(before, other) -
    plan.between(one, other) -
    plan.between(before, after);
  if (gain <= LEAST_GAIN) {
    return false;
  }
  const [start, end] = cut(plan, one, 1);
  const [otherStart, otherEnd] = cut(plan, other, 0);
  return replace(plan, one, other, [...start, ...otherEnd], [...otherStart, ...end]);
}

/** Both beginnings, the second one turned round, become one route; so do both ends. */
function joinEnds(plan: Plan, one: number, other: number): boolean {
  const after = plan.after(one);
  const otherAfter = plan.after(other);
  const gain =
    plan.between(one, after) +
    plan.between(other, otherAfter) -
    plan.between(one, other) -
    plan.between(after, otherAfter);
  if (gain <= LEAST_GAIN) {
    return false;
  }
  const [start, end] = cut(plan, one, 1);
  const [otherStart, otherEnd] = cut(plan, other, 1);
  return replace(
    plan,
    one,
    other,
    [...start, ...otherStart.toReversed()],
    [...end.toReversed(), ...otherEnd],
  );
}

/** The same, cut before the two stops instead of after them. */
function joinBeginnings(plan: Plan, one: number, other: number): boolean {
  const before = plan.before(one);
  const otherBefore = plan.before(other);
  const gain =
    plan.between(before, one) +
    plan.between(otherBefore, other) -
    plan.between(one, other) -
    plan.between(before, otherBefore);
  if (gain <= LEAST_GAIN) {
    return false;
  }
  const [start, end] = cut(plan, one, 0);
  const [otherStart, otherEnd] = cut(plan, other, 0);
  return replace(
    plan,
    one,
    other,
    [...start, ...otherStart.toReversed()],
    [...end.toReversed(), ...otherEnd],
  );
}

/** The stop's route in two parts, cut before the stop or `offset` behind it. */
function cut(plan: Plan, stop: number, offset: number): [number[], number[]] {
  const route = plan.routeWith(stop);
  const position = plan.position(stop) + offset;
  return [route.slice(0, position), route.slice(position)];
}

function replace(plan: Plan, one: number, other: number, route: number[], otherRoute: number[]): boolean {
  const number = plan.routeNumber(one);
  const otherNumber = plan.routeNumber(other);
  const load = route.reduce((sum, stop) => sum + plan.demand(stop), 0);
  const otherLoad = at(plan.loads, number) + at(plan.loads, otherNumber) - load;
  if (load > plan.problem.capacity || otherLoad > plan.problem.capacity) {
    return false;
  }
  plan.setRoute(number, route);
  plan.setRoute(otherNumber, otherRoute);
  return true;
}
