import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 500;

export interface WaitOptions {
  /** What is waited for, such as `Postgres`. */
  readonly name: string;
  readonly waitMs: number;
  /** Whether an error means that waiting may help. */
  readonly isNotUpYet: (error: unknown) => boolean;
  readonly report: (line: string) => void;
}

/**
 * Repeats `attempt` until it works.
 * @throws what it throws, when waiting can't help or the time is over
 */
export async function waitUntilUp<T>(attempt: () => Promise<T>, options: WaitOptions): Promise<T> {
  const { name, waitMs, isNotUpYet, report } = options;
  const untilMs = Date.now() + waitMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isNotUpYet(error) || Date.now() >= untilMs) {
        throw error;
      }
      if (attempts === 1) {
        report(`${name} is not up yet, waiting for it up to ${Math.ceil(waitMs / 1_000)} s`);
      }
    }
    await delay(RETRY_MS);
  }
}
