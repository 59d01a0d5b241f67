/** When rows were committed: how many at which moment, milliseconds since the epoch, in their order. */
export type Commits = readonly { readonly at: number; readonly runs: number }[];

const SECOND_MS = 1_000;
const BEFORE_MS = 4_000;
const STEP_MS = 50;
const SHARE = 0.9;
/** A crash that shows in nothing by then shows in nothing at all. */
const SHOWS_WITHIN_MS = 5_000;

/** How a crash shows in the speed of the commits. */
export interface Recovery {
  /** Runs per second in the seconds before. */
  readonly before: number;
  /** From the crash until a second begins that has at least 90 % of that again; 0 when none had less. */
  readonly seconds: number | undefined;
}

/** @param untilMs when the next thing happens: what comes later says nothing about this crash */
export function recoveryOf(commits: Commits, crashedAtMs: number, untilMs: number): Recovery {
  const runsBetween = (from: number, to: number): number =>
    commits.reduce((sum, { at, runs }) => (at >= from && at < to ? sum + runs : sum), 0);
  const before = (runsBetween(crashedAtMs - BEFORE_MS, crashedAtMs) * SECOND_MS) / BEFORE_MS;
  const isFast = (from: number): boolean => runsBetween(from, from + SECOND_MS) >= before * SHARE;
  const starts = Array.from(
    { length: Math.max(0, Math.floor((untilMs - SECOND_MS - crashedAtMs) / STEP_MS)) },
    (_, step) => crashedAtMs + step * STEP_MS,
  );
  const slow = starts.find((start) => start <= crashedAtMs + SHOWS_WITHIN_MS && !isFast(start));
  if (slow === undefined) {
    return { before, seconds: 0 };
  }
  const fast = starts.find((start) => start > slow && isFast(start));
  return { before, seconds: fast === undefined ? undefined : (fast - crashedAtMs) / SECOND_MS };
}
