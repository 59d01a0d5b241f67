import type { Plan } from './plan.js';
import { at } from './routing-problem.js';
import type { SeededRandom } from './seeded-random.js';

const MOST_REMOVED = 12;
/** How often a good place is passed over, so that the same ruin is not always built up in the same way. */
const BLINK = 0.02;

/**
 * Takes some stops of one region out of a plan and puts them back one by one where that costs least.
 * @returns the stops that have new neighbours, or nothing when a stop finds no vehicle: the plan is then unusable
 */
export function ruinAndRecreate(
  plan: Plan,
  nearest: readonly number[][],
  random: SeededRandom,
): Set<number> | undefined {
  const centre = 1 + random.below(plan.problem.size - 1);
  const removed =
    random.next() < 0.5 ? stopsAround(centre, nearest, random) : stopsInARow(plan, centre, nearest, random);
  const touched = new Set<number>();
  for (const stop of removed) {
    touched.add(stop).add(plan.before(stop)).add(plan.after(stop));
    plan.remove(stop);
  }
  order(plan, removed, random);
  for (const stop of removed) {
    if (!insertCheaply(plan, stop, random)) {
      return undefined;
    }
  }
  for (const stop of removed) {
    touched.add(plan.before(stop)).add(plan.after(stop));
  }
  touched.delete(0);
  plan.dropEmptyRoutes();
  return touched;
}

function stopsAround(centre: number, nearest: readonly number[][], random: SeededRandom): number[] {
  const count = 1 + random.below(MOST_REMOVED);
  return [centre, ...at(nearest, centre).filter(() => random.next() < 0.6)].slice(0, count);
}

/** A few stops in a row from each of some neighbouring routes, or from several places of one. */
function stopsInARow(
  plan: Plan,
  centre: number,
  nearest: readonly number[][],
  random: SeededRandom,
): number[] {
  const rows = 1 + random.below(3);
  const removed = new Set<number>();
  let done = 0;
  for (const stop of [centre, ...at(nearest, centre)]) {
    if (done < rows && !removed.has(stop)) {
      const length = 1 + random.below(MOST_REMOVED / rows);
      const start = Math.max(0, plan.position(stop) - random.below(length));
      for (const each of plan.routeWith(stop).slice(start, start + length)) {
        removed.add(each);
      }
      done += 1;
    }
  }
  return [...removed];
}

/** At random, or what is hardest to place first: large demands, or far from the depot. */
function order(plan: Plan, stops: number[], random: SeededRandom): void {
  random.shuffle(stops);
  const choice = random.next();
  if (choice < 0.3) {
    stops.sort((one, other) => plan.demand(other) - plan.demand(one));
  } else if (choice < 0.5) {
    stops.sort((one, other) => plan.between(0, other) - plan.between(0, one));
  }
}

function insertCheaply(plan: Plan, stop: number, random: SeededRandom): boolean {
  const demand = plan.demand(stop);
  const canOpenRoute = plan.routes.filter((route) => route.length > 0).length < plan.problem.maxRoutes;
  let bestCost = canOpenRoute ? 2 * plan.between(0, stop) : Infinity;
  let bestRoute = -1;
  let bestPosition = 0;
  for (let number = 0; number < plan.routes.length; number += 1) {
    const route = at(plan.routes, number);
    if (route.length === 0 || !plan.hasRoom(number, demand)) {
      continue;
    }
    let from = 0;
    for (let position = 0; position <= route.length; position += 1) {
      const to = route[position] ?? 0;
      const cost = plan.between(from, stop) + plan.between(stop, to) - plan.between(from, to);
      if (cost < bestCost && random.next() >= BLINK) {
        bestCost = cost;
        bestRoute = number;
        bestPosition = position;
      }
      from = to;
    }
  }
  if (bestRoute === -1 && bestCost === Infinity) {
    return false;
  }
  if (bestRoute === -1) {
    plan.setRoute(plan.routes.length, [stop]);
  } else {
    plan.insert(stop, bestRoute, bestPosition);
  }
  return true;
}
