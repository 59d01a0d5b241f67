import { at, type RoutingProblem } from './routing-problem.js';

const DEPOT = 0;

/** Which vehicle visits which stops in which order. Changed in place, for speed; the depot is in no route. */
export class Plan {
  readonly routes: number[][] = [];
  readonly loads: number[] = [];
  private readonly routeOf: Int32Array;
  private readonly positionOf: Int32Array;

  constructor(
    readonly problem: RoutingProblem,
    routes: readonly (readonly number[])[],
  ) {
    this.routeOf = new Int32Array(problem.size).fill(-1);
    this.positionOf = new Int32Array(problem.size).fill(-1);
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
  }

  between(from: number, to: number): number {
    return at(this.problem.distances, from * this.problem.size + to);
  }

  demand(stop: number): number {
    return at(this.problem.demands, stop);
  }

  /** Number of the stop's route, -1 while it is in none. */
  routeNumber(stop: number): number {
    return at(this.routeOf, stop);
  }

  position(stop: number): number {
    return at(this.positionOf, stop);
  }

  /** The route that a visited stop is in. */
  routeWith(stop: number): number[] {
    return at(this.routes, this.routeNumber(stop));
  }

  /** The stop before this one; the depot before the first. */
  before(stop: number): number {
    return this.routeWith(stop)[this.position(stop) - 1] ?? DEPOT;
  }

  /** The stop after this one; the depot after the last. */
  after(stop: number): number {
    return this.routeWith(stop)[this.position(stop) + 1] ?? DEPOT;
  }

  hasRoom(route: number, demand: number): boolean {
    return at(this.loads, route) + demand <= this.problem.capacity;
  }

  /** Puts a whole route in the place of another, or behind the last one. */
  setRoute(number: number, route: number[]): void {
    this.routes[number] = route;
    this.index(number, 0);
  }

  /** Takes a visited stop out. Its route stays, even if it's empty: see `dropEmptyRoutes`. */
  remove(stop: number): void {
    const number = this.routeNumber(stop);
    this.routeWith(stop).splice(this.position(stop), 1);
    this.routeOf[stop] = -1;
    this.index(number, 0);
  }

  insert(stop: number, number: number, position: number): void {
    at(this.routes, number).splice(position, 0, stop);
    this.index(number, 0);
  }

  /** Turns round the part of a route between two positions, both included. */
  reverse(number: number, first: number, last: number): void {
    const route = at(this.routes, number);
    for (let low = first, high = last; low < high; low += 1, high -= 1) {
      const stop = at(route, low);
      route[low] = at(route, high);
      route[high] = stop;
    }
    this.index(number, first);
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

  private index(number: number, from: number): void {
    const route = at(this.routes, number);
    let load = 0;
    for (let position = 0; position < route.length; position += 1) {
      const stop = at(route, position);
      load += this.demand(stop);
      if (position >= from) {
        this.routeOf[stop] = number;
        this.positionOf[stop] = position;
      }
    }
    this.loads[number] = load;
  }
}

/** From the depot through the stops and back. */
export function routeDistance({ distances, size }: RoutingProblem, route: readonly number[]): number {
  let total = 0;
  let from = DEPOT;
  for (const to of route) {
    total += at(distances, from * size + to);
    from = to;
  }
  return total + at(distances, from * size);
}
