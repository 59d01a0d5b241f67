import { distanceMatrix, type RoutingProblem } from '../src/catalogue/route-optimizer/routing-problem.js';

type Numbers = readonly number[];

/** A round trip through places whose distances are whole numbers, as TSPLIB defines them. */
export function roundTrip(
  places: readonly Numbers[],
  distance: (one: Numbers, other: Numbers) => number,
): RoutingProblem {
  return vehicles(places, distance, Infinity, places.length);
}

/** Places with a demand each, the depot first. */
export function vehicles(
  places: readonly Numbers[],
  distance: (one: Numbers, other: Numbers) => number,
  capacity: number,
  maxRoutes: number,
): RoutingProblem {
  const demands = Float64Array.from(places, ([, , demand = 0]) => demand);
  const distances = distanceMatrix(places.length, (from, to) =>
    distance(places[from] ?? [], places[to] ?? []),
  );
  return { size: places.length, distances, demands, capacity, maxRoutes };
}

/** From the lower half of the matrix, row by row. */
export function fromLowerHalf(text: string, size: number): RoutingProblem {
  const numbers = text.trim().split(/\s+/).map(Number);
  const distances = distanceMatrix(size, (from, to) => numbers[(to * (to + 1)) / 2 + from] ?? Number.NaN);
  return { size, distances, demands: new Float64Array(size), capacity: Infinity, maxRoutes: size };
}

export function numbersOf(text: string): number[][] {
  return text.split(',').map((place) => place.trim().split(/\s+/).map(Number));
}

/** `EUC_2D` of TSPLIB. */
export function euclidean([x1 = 0, y1 = 0]: Numbers, [x2 = 0, y2 = 0]: Numbers): number {
  return Math.round(Math.hypot(x1 - x2, y1 - y2));
}

/** `GEO` of TSPLIB, with its own value of π and its own radius of the earth. */
export function geographic([lat1 = 0, lon1 = 0]: Numbers, [lat2 = 0, lon2 = 0]: Numbers): number {
  const [φ1, λ1, φ2, λ2] = [lat1, lon1, lat2, lon2].map(radians) as [number, number, number, number];
  const q1 = Math.cos(λ1 - λ2);
  const q2 = Math.cos(φ1 - φ2);
  const q3 = Math.cos(φ1 + φ2);
  return Math.trunc(6378.388 * Math.acos(0.5 * ((1 + q1) * q2 - (1 - q1) * q3)) + 1);
}

function radians(degreesAndMinutes: number): number {
  const degrees = Math.trunc(degreesAndMinutes);
  // oxlint-disable-next-line oxc/approx-constant -- TSPLIB prescribes this value of π
  return (3.141592 * (degrees + (5 * (degreesAndMinutes - degrees)) / 3)) / 180;
}
