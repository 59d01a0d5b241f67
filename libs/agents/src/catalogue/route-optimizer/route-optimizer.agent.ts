import { Agent } from '../../agent.decorator.js';
import { BaseAgent } from '../../base-agent.js';
import type { RunContext } from '../../context/run-context.js';
import { NonRetryableError } from '../../non-retryable-error.js';
import { RunOutput } from '../../run-output.js';
import { greatCircleKm } from './great-circle.js';
import { routeDistance } from './plan.js';
import { RouteOptimizerInput } from './route-optimizer-input.js';
import { at, distanceMatrix, type RoutingProblem } from './routing-problem.js';
import { search, type SearchResult } from './search.js';

@Agent({
  name: 'route_optimizer',
  description: 'Plans the routes of vehicles from `depot` to `stops` and back, as short as it can find them',
  isolation: 'process',
  inputClass: RouteOptimizerInput,
  timeLimitMs: 3_600_000,
})
export class RouteOptimizerAgent extends BaseAgent<RouteOptimizerInput> {
  async run(context: RunContext<RouteOptimizerInput>): Promise<RunOutput> {
    const { input, signal } = context;
    const problem = problemOf(input);
    const found = await search(problem, {
      iterations: input.iterations,
      limitMs: input.iterations_ms ?? Infinity,
      seed: input.seed,
      signal,
      onProgress: (done, distance) => context.progress(done * 100, `${rounded(distance)} km`),
    });
    const naiveKm = naiveDistance(problem);
    return new RunOutput({
      metrics: {
        distance_km: rounded(found.distance),
        distance_saved_km: rounded(naiveKm - found.distance),
        stops: input.stops.length,
        vehicles_used: found.routes.length,
        iterations: found.iterations,
      },
      result: { routes: routesOf(input, problem, found) },
    });
  }
}

/** @throws NonRetryableError when the demands can't be met by any plan */
function problemOf({ depot, stops, vehicles, capacity }: RouteOptimizerInput): RoutingProblem {
  const demands = Float64Array.from([0, ...stops.map(({ demand = 0 }) => demand)]);
  const maxRoutes = Math.min(vehicles ?? stops.length, stops.length);
  if (capacity !== undefined) {
    const tooLarge = stops.find(({ demand = 0 }) => demand > capacity);
    if (tooLarge !== undefined) {
      throw new NonRetryableError(`Stop ${tooLarge.id} demands more than the capacity of a vehicle`);
    }
    const total = demands.reduce((sum, demand) => sum + demand, 0);
    if (total > capacity * maxRoutes) {
      throw new NonRetryableError(
        `The stops demand ${total}, more than ${maxRoutes} vehicles of ${capacity} can take`,
      );
    }
  }
  const places = [depot, ...stops];
  const size = places.length;
  const distances = distanceMatrix(size, (from, to) => greatCircleKm(at(places, from), at(places, to)));
  return { size, distances, demands, capacity: capacity ?? Infinity, maxRoutes };
}

/** In the order of the input, with a way back to the depot whenever the vehicle is full. */
function naiveDistance(problem: RoutingProblem): number {
  let total = 0;
  let route: number[] = [];
  let load = 0;
  for (let stop = 1; stop < problem.size; stop += 1) {
    const demand = at(problem.demands, stop);
    if (load + demand > problem.capacity) {
      total += routeDistance(problem, route);
      route = [];
      load = 0;
    }
    route.push(stop);
    load += demand;
  }
  return total + routeDistance(problem, route);
}

function routesOf(
  { stops }: RouteOptimizerInput,
  problem: RoutingProblem,
  { routes }: SearchResult,
): unknown[] {
  return routes.map((route) => ({
    stops: route.map((stop) => at(stops, stop - 1).id),
    distance_km: rounded(routeDistance(problem, route)),
    load: route.reduce((load, stop) => load + at(problem.demands, stop), 0),
  }));
}

/** To metres. */
function rounded(km: number): number {
  return Math.round(km * 1_000) / 1_000;
}
