import { at, type RoutingProblem } from './routing-problem.js';

const DEPOT = 0;

/** Which vehicle visits which stops in which order. Changed in place, for speed; the depot is in no route. */
export class Plan {
  readonly routes: number[][] = [];
  readonly loads: number[] = [];
  private readonly routeOf: Int32Array;
  private readonly positionOf: Int32Array;
  private readonly beforeOf: Int32Array;
  private readonly afterOf: Int32Array;
  private readonly distances: Float64Array;
  private readonly size: number;

  constructor(
    readonly problem: RoutingProblem,
    routes: readonly (readonly number[])[],
  ) {
    this.distances = problem.distances;
    this.size = problem.size;
    this.routeOf = new Int32Array(problem.size).fill(-1);
    this.positionOf = new Int32Array(problem.size).fill(-1);
    this.beforeOf = new Int32Array(problem.size);
    this.afterOf = new Int32Array(problem.size);
    for (const route of routes) {
      this.setRoute(this.routes.length, [...route]);
    }
  }

  /** Takes over another plan for the same problem. */
  copy(other: Plan): void {
    this.routes.length = 0;
    this.loads.length = 0;
    for (const route of other.routes) {
      this.routes.push([...route]);
    }
    this.loads.push(...other.loads);
    this.routeOf.set(other.routeOf);
    this.positionOf.set(other.positionOf);
    this.beforeOf.set(other.beforeOf);
    this.afterOf.set(other.afterOf);
  }

  between(from: number, to: number): number {
    return this.distances[from * this.size + to] as number;
  }

  demand(stop: number): number {
    return this.problem.demands[stop] as number;
  }

  /** Number of the stop's route, -1 while it is in none. */
  routeNumber(stop: number): number {
    return this.routeOf[stop] as number;
  }

  position(stop: number): number {
    return this.positionOf[stop] as number;
  }

  /** The route that a visited stop is in. */
  routeWith(stop: number): number[] {
    return this.routes[this.routeNumber(stop)] as number[];
  }

  /** The stop before this one; the depot before the first. */
  before(stop: number): number {
    return this.beforeOf[stop] as number;
  }

  /** The stop after this one; the depot after the last. */
  after(stop: number): number {
    return this.afterOf[stop] as number;
  }

  hasRoom(route: number, demand: number): boolean {
    return at(this.loads, route) + demand <= this.problem.capacity;
  }

  /** Puts a whole route in the place of another, or behind the last one. */
  setRoute(number: number, route: number[]): void {
    this.routes[number] = route;
    this.index(number);
  }

  /** Takes a visited stop out. Its route stays, even if it's empty: see `dropEmptyRoutes`. */
  remove(stop: number): void {
    const number = this.routeNumber(stop);
    this.routeWith(stop).splice(this.position(stop), 1);
    this.routeOf[stop] = -1;
    this.index(number);
  }

  insert(stop: number, number: number, position: number): void {
    at(this.routes, number).splice(position, 0, stop);
    this.index(number);
  }

  /** Turns round the part of a route between two positions, both included. */
  reverse(number: number, first: number, last: number): void {
    const route = at(this.routes, number);
    for (let low = first, high = last; low < high; low += 1, high -= 1) {
      const stop = at(route, low);
      route[low] = at(route, high);
      route[high] = stop;
    }
    this.index(number);
  }

  dropEmptyRoutes(): void {
    for (let number = this.routes.length - 1; number >= 0; number -= 1) {
      if (at(this.routes, number).length === 0) {
        const last = this.routes.pop() ?? [];
        this.loads.pop();
        if (number < this.routes.length) {
          this.setRoute(number, last);
        }
      }
    }
  }

  /** Of all routes, in the unit of the problem. */
  distance(): number {
    let total = 0;
    for (const route of this.routes) {
      total += routeDistance(this.problem, route);
    }
    return total;
  }

  /** Notes where the stops of a route now are. */
  private index(number: number): void {
    const route = at(this.routes, number);
    let load = 0;
    let before = DEPOT;
    for (let position = 0; position < route.length; position += 1) {
      const stop = route[position] as number;
      load += this.demand(stop);
      this.routeOf[stop] = number;
      this.positionOf[stop] = position;
      this.beforeOf[stop] = before;
      this.afterOf[before] = stop;
      before = stop;
    }
    this.afterOf[before] = DEPOT;
    this.loads[number] = load;
  }
}

/** From the depot through the stops and back. */
export function routeDistance({ distances, size }: RoutingProblem, route: readonly number[]): number {
  let total = 0;
  let from = DEPOT;
  for (const to of route) {
    total += distances[from * size + to] as number;
    from = to;
  }
  return total + (distances[from * size] as number);
}
