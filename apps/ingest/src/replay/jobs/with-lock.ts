import type { Job } from './job.js';
import type { HeldLock } from './restore-lock.js';

/** Does the work of a job while it holds a lock, if it needs one, and stops it when that is lost. */
export async function withLock(
  lock: HeldLock | undefined,
  job: Job,
  work: () => Promise<void>,
): Promise<void> {
  const stop = (): void => job.stop('The session in Postgres that keeps others out was lost');
  lock?.lost.addEventListener('abort', stop);
  try {
    await work();
  } finally {
    lock?.lost.removeEventListener('abort', stop);
    await lock?.release();
  }
}
