import { NonRetryableError } from '../../non-retryable-error.js';
import { Plan } from './plan.js';
import { at, type RoutingProblem } from './routing-problem.js';
import type { SeededRandom } from './seeded-random.js';

const PACKING_TRIES = 500;

interface Saving {
  readonly one: number;
  readonly other: number;
  readonly saved: number;
}

/**
 * A plan to begin with: one route for each stop, joined end to end where that saves most (Clarke and Wright), or
 * where that needs too many vehicles, a plan that merely fits.
 * @throws NonRetryableError when no plan that fits is found
 */
export function firstPlan(problem: RoutingProblem, nearest: readonly number[][], random: SeededRandom): Plan {
  const plan = new Plan(
    problem,
    Array.from({ length: problem.size - 1 }, (_, index) => [index + 1]),
  );
  for (const { one, other } of savings(problem, nearest)) {
    join(plan, one, other);
  }
  plan.dropEmptyRoutes();
  joinWhatFits(plan);
  return plan.routes.length <= problem.maxRoutes ? plan : packedPlan(problem, random);
}

function savings({ distances, size }: RoutingProblem, nearest: readonly number[][]): Saving[] {
  const found = nearest.flatMap((others, one) =>
    others
      .filter((other) => one < other || !at(nearest, other).includes(one))
      .map((other) => {
        const saved = at(distances, one) + at(distances, other) - at(distances, one * size + other);
        return { one, other, saved };
      }),
  );
  return found.filter(({ saved }) => saved > 0).toSorted((one, other) => other.saved - one.saved);
}

/** Joins the routes of two stops if both are ends of different routes and one vehicle can serve both. */
function join(plan: Plan, one: number, other: number): void {
  const number = plan.routeNumber(one);
  const otherNumber = plan.routeNumber(other);
  const isPossible = number !== otherNumber && isEnd(plan, one) && isEnd(plan, other);
  if (!isPossible || !plan.hasRoom(number, at(plan.loads, otherNumber))) {
    return;
  }
  const route = plan.routeWith(one);
  const otherRoute = plan.routeWith(other);
  const upToOne = route.at(-1) === one ? route : route.toReversed();
  const fromOther = otherRoute[0] === other ? otherRoute : otherRoute.toReversed();
  plan.setRoute(otherNumber, []);
  plan.setRoute(number, [...upToOne, ...fromOther]);
}

function isEnd(plan: Plan, stop: number): boolean {
  return plan.before(stop) === 0 || plan.after(stop) === 0;
}

/** Joins further routes, at any price, while there are more than vehicles. */
function joinWhatFits(plan: Plan): void {
  for (let number = 0; number < plan.routes.length && plan.routes.length > plan.problem.maxRoutes;) {
    const load = at(plan.loads, number);
    const into = plan.routes.findIndex((_, other) => other > number && plan.hasRoom(other, load));
    if (into === -1) {
      number += 1;
    } else {
      const route = at(plan.routes, number);
      plan.setRoute(number, []);
      plan.setRoute(into, [...at(plan.routes, into), ...route]);
      plan.dropEmptyRoutes();
    }
  }
}

/** Fills vehicles with the largest demands first, then in random orders until everything fits. */
function packedPlan(problem: RoutingProblem, random: SeededRandom): Plan {
  const stops = Array.from({ length: problem.size - 1 }, (_, index) => index + 1);
  const order = stops.toSorted((one, other) => at(problem.demands, other) - at(problem.demands, one));
  for (let tries = 0; tries < PACKING_TRIES; tries += 1) {
    const plan = packed(problem, order);
    if (plan !== undefined) {
      return plan;
    }
    random.shuffle(order);
  }
  throw new NonRetryableError(
    `No way was found to load the demands into ${problem.maxRoutes} vehicles of capacity ${problem.capacity}`,
  );
}

/** Puts each stop into the fullest vehicle that has room. */
function packed(problem: RoutingProblem, order: readonly number[]): Plan | undefined {
  const plan = new Plan(
    problem,
    Array.from({ length: Math.min(problem.maxRoutes, order.length) }, () => []),
  );
  for (const stop of order) {
    const withRoom = plan.routes
      .map((_, number) => number)
      .filter((each) => plan.hasRoom(each, plan.demand(stop)));
    if (withRoom.length === 0) {
      return undefined;
    }
    const fullest = withRoom.reduce((one, other) =>
      at(plan.loads, other) > at(plan.loads, one) ? other : one,
    );
    plan.insert(stop, fullest, at(plan.routes, fullest).length);
  }
  plan.dropEmptyRoutes();
  return plan;
}
