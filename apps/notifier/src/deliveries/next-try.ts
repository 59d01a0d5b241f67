const GROWTH = 4;
const LONGEST_AWAY_MS = 60_000;
const JITTER = 0.2;

/** Milliseconds until a notification is tried again that was tried `tries` times. */
export function untilNextTryMs(tries: number, retryDelayMs: number): number {
  return jittered(retryDelayMs * GROWTH ** (tries - 1));
}

/** Milliseconds until somebody who is away is looked for again: as long as it has taken so far, a minute at most. */
export function untilBackMs(ageMs: number, retryDelayMs: number): number {
  return jittered(Math.min(LONGEST_AWAY_MS, Math.max(retryDelayMs, ageMs)));
}

/** What failed together is not tried together again. */
function jittered(delayMs: number): number {
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * Math.random()));
}
