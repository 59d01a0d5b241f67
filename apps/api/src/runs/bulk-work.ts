/** Runs that are worked on at the same time. */
const PARALLEL = 50;
/** After this, no further one is begun: the answer must come within seconds. */
const BEGIN_MS = 4_000;

/** What came of each. */
export interface BulkWork<T, R> {
  readonly done: readonly R[];
  /** The last one that had its turn, if some are left. */
  readonly stoppedAfter: T | undefined;
}

/**
 * Works on each, in their order, some at the same time, for as long as an answer may take.
 * @param work never fails
 */
export async function workOnEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<BulkWork<T, R>> {
  const began = performance.now();
  const done: R[] = [];
  for (let first = 0; first < items.length; first += PARALLEL) {
    if (performance.now() - began > BEGIN_MS) {
      return { done, stoppedAfter: items[first - 1] };
    }
    done.push(...(await Promise.all(items.slice(first, first + PARALLEL).map(work))));
  }
  return { done, stoppedAfter: undefined };
}
