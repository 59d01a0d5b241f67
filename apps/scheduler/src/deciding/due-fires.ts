import type { DueRange } from '../plan/planned-schedule.js';

/** Of more fires than this that are due at once, the oldest are folded into one row. */
export const MAX_SINGLE_ROWS = 240;
/** Fires that are counted at most; a schedule of every second has them in a day. */
const MAX_COUNTED = 90_000;
const DAY_MS = 86_400_000;

/** Fires in a row that are not told apart. */
export interface FoldedFires {
  readonly firstMs: number;
  readonly lastMs: number;
  /** How many at least. */
  readonly count: number;
}

/** What is due of a schedule, oldest first. */
export interface DueFires {
  /** Before the others. */
  readonly folded: FoldedFires | undefined;
  readonly instants: readonly number[];
}

/** Walks through the instants of ranges. The time it takes is bounded, however long nobody was there. */
export function dueFires(ranges: readonly DueRange[]): DueFires {
  const latest: number[] = [];
  let folded: FoldedFires | undefined;
  for (const instantMs of instantsIn(ranges)) {
    latest.push(instantMs);
    if (latest.length >= 2 * MAX_SINGLE_ROWS) {
      folded = fold(folded, latest.splice(0, MAX_SINGLE_ROWS));
    }
  }
  if (latest.length > MAX_SINGLE_ROWS + 1) {
    folded = fold(folded, latest.splice(0, latest.length - MAX_SINGLE_ROWS));
  }
  return { folded, instants: latest };
}

function* instantsIn(ranges: readonly DueRange[]): Generator<number> {
  for (const { instants, afterMs, upToMs } of ranges) {
    let count = 0;
    for (let at = instants.next(afterMs); at <= upToMs; at = instants.next(at)) {
      yield at;
      count += 1;
      if (count === MAX_COUNTED) {
        at = Math.max(at, upToMs - DAY_MS);
      }
    }
  }
}

function fold(folded: FoldedFires | undefined, instants: readonly number[]): FoldedFires {
  return {
    firstMs: folded?.firstMs ?? instants[0]!,
    lastMs: instants.at(-1)!,
    count: (folded?.count ?? 0) + instants.length,
  };
}
