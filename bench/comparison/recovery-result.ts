/** The processes that are killed, one after the other. */
export const CRASHED = ['executor', 'ingest', 'nats', 'postgres'] as const;

/** How the product came back in one round. */
export interface RecoveryResult {
  readonly crashed: (typeof CRASHED)[number];
  readonly runsPerSecondBefore: number;
  /** Seconds until it had at least 90 % of its speed again; missing when that took too long. */
  readonly seconds: number | undefined;
  /** The longest that a run took from its request to its commit, seconds, of those asked for until the next crash. */
  readonly slowestSeconds: number;
}
