const LONGEST_MS = 600_000;
const JITTER = 0.2;

/**
 * Milliseconds to wait before the next attempt: doubles with each charged attempt, up to 10 minutes, ±20 % so that
 * runs that failed together don't come back together.
 * @param firstMs wait after the first charged attempt
 * @param random a number from 0 to 1
 */
export function retryDelay(firstMs: number, charged: number, random = Math.random()): number {
  const delayMs = Math.min(firstMs * 2 ** (charged - 1), LONGEST_MS);
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random));
}
