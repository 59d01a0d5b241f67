import type { ExecutorPresence } from '#contracts';

/** An executor that has spoken of late. */
export interface AliveExecutor extends ExecutorPresence {
  /** When the broker heard of it last. */
  readonly lastSeen: Date;
}
