/** Stops to be visited from a depot, which is number 0; stops are numbered from 1 in the order of the input. */
export interface RoutingProblem {
  /** How many places there are, the depot included. */
  readonly size: number;
  /** Row by row; as far one way as the other. */
  readonly distances: Float64Array;
  /** By number of the place; the depot has none. */
  readonly demands: Float64Array;
  /** Of each vehicle; `Infinity` when nothing limits it. */
  readonly capacity: number;
  readonly maxRoutes: number;
}

/** How far it is between two places, in any unit. */
export type Distance = (from: number, to: number) => number;

export function distanceMatrix(size: number, distance: Distance): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let from = 0; from < size; from += 1) {
    for (let to = from + 1; to < size; to += 1) {
      const between = distance(from, to);
      matrix[from * size + to] = between;
      matrix[to * size + from] = between;
    }
  }
  return matrix;
}

/** For each stop, the `count` other stops that are nearest to it, nearest first. */
export function nearestStops({ size, distances }: RoutingProblem, count: number): number[][] {
  const stops = Array.from({ length: size - 1 }, (_, index) => index + 1);
  const nearest = stops.map((stop) =>
    stops
      .filter((other) => other !== stop)
      .toSorted((one, other) => at(distances, stop * size + one) - at(distances, stop * size + other))
      .slice(0, count),
  );
  return [[], ...nearest];
}

/** An element that is known to exist. */
export function at<T>(items: ArrayLike<T>, index: number): T {
  return items[index] as T;
}
