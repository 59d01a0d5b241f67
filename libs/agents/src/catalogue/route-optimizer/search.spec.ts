import { describe, expect, it } from 'vitest';
import * as instances from '../../../testing/tsplib-instances.js';
import {
  euclidean,
  fromLowerHalf,
  geographic,
  numbersOf,
  roundTrip,
  vehicles,
} from '../../../testing/tsplib-problem.js';
import { routeDistance } from './plan.js';
import { at, type RoutingProblem } from './routing-problem.js';
import { search, type SearchResult } from './search.js';
import { SeededRandom } from './seeded-random.js';

const { signal } = new AbortController();

const ROUND_TRIPS: readonly [string, RoutingProblem, number][] = [
  ['burma14', roundTrip(numbersOf(instances.BURMA14), geographic), 3323],
  ['ulysses16', roundTrip(numbersOf(instances.ULYSSES16), geographic), 6859],
  ['gr17', fromLowerHalf(instances.GR17, 17), 2085],
  ['ulysses22', roundTrip(numbersOf(instances.ULYSSES22), geographic), 7013],
  ['eil51', roundTrip(numbersOf(instances.EIL51), euclidean), 426],
  ['berlin52', roundTrip(numbersOf(instances.BERLIN52), euclidean), 7542],
];
const A_N32_K5 = vehicles(numbersOf(instances.A_N32_K5), euclidean, 100, 5);

/** What makes a plan no plan for the problem. */
function faultsOf(problem: RoutingProblem, { routes, distance }: SearchResult): string[] {
  const visited = routes.flat().toSorted((one, other) => one - other);
  const isComplete =
    visited.length === problem.size - 1 && visited.every((stop, index) => stop === index + 1);
  const isTooHeavy = (route: readonly number[]): boolean =>
    route.reduce((sum, stop) => sum + at(problem.demands, stop), 0) > problem.capacity;
  const sum = routes.reduce((sum, route) => sum + routeDistance(problem, route), 0);
  return [
    ...(isComplete ? [] : ['not every stop is visited once']),
    ...(routes.length > problem.maxRoutes ? ['too many routes'] : []),
    ...(routes.some(isTooHeavy) ? ['a vehicle is overloaded'] : []),
    ...(Math.abs(sum - distance) > 1e-6 ? [`the distance is ${sum}, not ${distance}`] : []),
  ];
}

/** The best of all plans, found by trying all of them. */
function shortestByForce(problem: RoutingProblem): number {
  const everyone = 2 ** (problem.size - 1) - 1;
  const tours = Array.from({ length: everyone + 1 }, (_, set) => tourByForce(problem, set));
  const plans: number[][] = [Array.from({ length: everyone + 1 }, (_, set) => (set === 0 ? 0 : Infinity))];
  for (let routes = 1; routes <= problem.maxRoutes; routes += 1) {
    const fewer = at(plans, routes - 1);
    plans.push(
      fewer.map((least, set) => {
        let best = least;
        for (let part = set; part > 0; part = (part - 1) & set) {
          best = Math.min(best, at(tours, part) + at(fewer, set & ~part));
        }
        return best;
      }),
    );
  }
  return at(at(plans, problem.maxRoutes), everyone);
}

/** The shortest way through a set of stops, in every order; `Infinity` when one vehicle can't take them. */
function tourByForce(problem: RoutingProblem, set: number): number {
  const stops = Array.from({ length: problem.size - 1 }, (_, index) => index + 1).filter(
    (stop) => (set & (1 << (stop - 1))) !== 0,
  );
  if (stops.reduce((sum, stop) => sum + at(problem.demands, stop), 0) > problem.capacity) {
    return Infinity;
  }
  const visit = (done: number[], left: number[]): number =>
    left.length === 0
      ? routeDistance(problem, done)
      : Math.min(
          ...left.map((stop) =>
            visit(
              [...done, stop],
              left.filter((other) => other !== stop),
            ),
          ),
        );
  return visit([], stops);
}

describe('search', () => {
  it.each(ROUND_TRIPS)('finds the optimum of %s', async (_name, problem, optimum) => {
    const found = await search(problem, { iterations: 20_000, seed: 1, signal });

    expect(faultsOf(problem, found)).toEqual([]);
    expect(found.distance).toBe(optimum);
  });

  it('finds the optimum of A-n32-k5, with 5 vehicles of limited capacity', async () => {
    const found = await search(A_N32_K5, { iterations: 20_000, seed: 1, signal });

    expect(faultsOf(A_N32_K5, found)).toEqual([]);
    expect(found.distance).toBe(784);
  });

  it.each([1, 2, 3, 4, 5])('is within 3 % of the optimum with few iterations, seed %d', async (seed) => {
    for (const [, problem, optimum] of [...ROUND_TRIPS, ['A-n32-k5', A_N32_K5, 784] as const]) {
      const found = await search(problem, { iterations: 500, seed, signal });

      expect(faultsOf(problem, found)).toEqual([]);
      expect(found.distance / optimum).toBeLessThan(1.03);
    }
  });

  it.each([11, 12, 13, 14, 15, 16])('equals brute force where that is possible, problem %d', async (seed) => {
    const random = new SeededRandom(seed);
    const places = Array.from({ length: 8 }, (_, index) => [
      random.below(100),
      random.below(100),
      index === 0 ? 0 : 1 + random.below(4),
    ]);
    const problem = vehicles(places, euclidean, 7, 4);

    const found = await search(problem, { iterations: 500, seed, signal });

    expect(faultsOf(problem, found)).toEqual([]);
    expect(found.distance).toBe(shortestByForce(problem));
  });

  it('finds the same routes again with the same seed, and others with another', async () => {
    const problem = roundTrip(numbersOf(instances.EIL51), euclidean);
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => search(problem, { iterations: 100, seed, signal })),
    );

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it.each([1, 2, 3])('serves %d stops', async (stops) => {
    const problem = vehicles(numbersOf(instances.A_N32_K5).slice(0, stops + 1), euclidean, 100, 2);

    expect(faultsOf(problem, await search(problem, { iterations: 50, seed: 1, signal }))).toEqual([]);
  });

  it('serves stops that all lie in one place', async () => {
    const problem = roundTrip(
      Array.from({ length: 20 }, () => [3, 3]),
      euclidean,
    );

    const found = await search(problem, { iterations: 50, seed: 1, signal });

    expect(faultsOf(problem, found)).toEqual([]);
    expect(found.distance).toBe(0);
  });

  it('fills vehicles to the brim when savings alone would need more of them', async () => {
    const places = [6, 6, 4, 4, 5, 5, 3, 7, 2, 8].map((demand, index) => [
      index * 7,
      (index * 31) % 11,
      demand,
    ]);
    const problem = vehicles([[0, 0, 0], ...places], euclidean, 10, 5);

    expect(faultsOf(problem, await search(problem, { iterations: 200, seed: 1, signal }))).toEqual([]);
  });

  it('says so when the demands fit into no vehicles', async () => {
    const problem = vehicles(numbersOf('0 0 0, 1 0 6, 2 0 6, 3 0 6'), euclidean, 10, 2);

    await expect(search(problem, { iterations: 10, seed: 1, signal })).rejects.toThrow(
      'No way was found to load the demands into 2 vehicles of capacity 10',
    );
  });

  it('ends when its time is over, and reports how far it is', async () => {
    const reports: number[] = [];

    const found = await search(A_N32_K5, {
      iterations: 1_000_000_000,
      limitMs: 100,
      seed: 1,
      signal,
      onProgress: (done) => reports.push(done),
    });

    expect(found.iterations).toBeLessThan(1_000_000_000);
    expect(reports.length).toBeGreaterThan(2);
    expect(reports).toEqual(reports.toSorted((one, other) => one - other));
    expect(reports.at(-1)).toBe(1);
  });

  it('ends soon after it is aborted', async () => {
    const abort = new AbortController();
    const run = search(A_N32_K5, {
      iterations: 1_000_000_000,
      seed: 1,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });

    await expect(run).rejects.toThrow('aborted');
  });
});
