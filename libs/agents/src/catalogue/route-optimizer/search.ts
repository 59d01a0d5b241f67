import { setImmediate } from 'node:timers/promises';
import { firstPlan } from './first-plan.js';
import { improve } from './local-search.js';
import { Plan } from './plan.js';
import { nearestStops, type RoutingProblem } from './routing-problem.js';
import { ruinAndRecreate } from './ruin-and-recreate.js';
import { SeededRandom } from './seeded-random.js';

/** How many of its nearest others each stop is moved towards. */
const NEAREST = 16;
/** Milliseconds of work after which signals, messages and timers of the process get their turn. */
const TURN_MS = 10;
/** Parts of a plan's mean leg by which a next plan may be longer, at first and at last. */
const FIRST_TOLERANCE = 1;
const LAST_TOLERANCE = 0.01;

export interface SearchOptions {
  readonly iterations: number;
  /** Milliseconds after which it ends even with iterations to go; the plan then depends on the speed of the machine. */
  readonly limitMs?: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told about every 10 ms: the part that is done, 0 to 1, and the distance of the best plan so far. */
  readonly onProgress?: (done: number, distance: number) => void;
}

export interface SearchResult {
  readonly routes: readonly (readonly number[])[];
  readonly distance: number;
  readonly iterations: number;
}

/**
 * Looks for short routes: iterated local search, which begins with savings, takes a region of the plan apart and puts
 * it together again, improves that, and keeps it when it's shorter, or in the beginning hardly longer. The same seed
 * gives the same routes when nothing but the iterations limits it.
 * @throws NonRetryableError when the demands fit into no plan that was found
 */
export async function search(problem: RoutingProblem, options: SearchOptions): Promise<SearchResult> {
  const { iterations, limitMs = Infinity, signal, onProgress } = options;
  const random = new SeededRandom(options.seed);
  const nearest = nearestStops(problem, NEAREST);
  signal.throwIfAborted();
  const climb = new Climb(firstPlan(problem, nearest, random), nearest, random);
  const startedAt = performance.now();
  let turnEndsAt = startedAt + TURN_MS;
  let done = 0;
  let count = 0;
  while (done < 1) {
    climb.step(done);
    count += 1;
    const now = performance.now();
    done = Math.max(count / iterations, (now - startedAt) / limitMs);
    if (now > turnEndsAt) {
      onProgress?.(Math.min(1, done), climb.bestDistance);
      await setImmediate();
      signal.throwIfAborted();
      turnEndsAt = performance.now() + TURN_MS;
    }
  }
  onProgress?.(1, climb.bestDistance);
  return { routes: climb.best.routes, distance: climb.bestDistance, iterations: count };
}

/** The plan that the search has come to, and the best that it has passed. */
class Climb {
  readonly best: Plan;
  bestDistance: number;
  private readonly candidate: Plan;
  private readonly current: Plan;
  private currentDistance: number;

  constructor(
    first: Plan,
    private readonly nearest: readonly number[][],
    private readonly random: SeededRandom,
  ) {
    improve(first, nearest, first.routes.flat());
    this.current = first;
    this.candidate = new Plan(first.problem, first.routes);
    this.best = new Plan(first.problem, first.routes);
    this.currentDistance = first.distance();
    this.bestDistance = this.currentDistance;
  }

  step(done: number): void {
    this.candidate.copy(this.current);
    const touched = ruinAndRecreate(this.candidate, this.nearest, this.random);
    if (touched === undefined) {
      return;
    }
    improve(this.candidate, this.nearest, touched);
    const distance = this.candidate.distance();
    if (distance < this.currentDistance + this.tolerance(done)) {
      this.current.copy(this.candidate);
      this.currentDistance = distance;
    }
    if (distance < this.bestDistance) {
      this.best.copy(this.candidate);
      this.bestDistance = distance;
    }
  }

  /** Simulated annealing: now and then a step back is taken, ever smaller ones towards the end. */
  private tolerance(done: number): number {
    const meanLeg = this.bestDistance / this.best.problem.size;
    const temperature = meanLeg * FIRST_TOLERANCE * (LAST_TOLERANCE / FIRST_TOLERANCE) ** done;
    return -temperature * Math.log(1 - this.random.next());
  }
}
