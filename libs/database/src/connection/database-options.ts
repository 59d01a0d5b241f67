/** How one service talks to Postgres. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** What `pg_stat_activity` shows. */
  readonly applicationName: string;
  /** A statement that takes longer is cancelled by the server. Default 10 000. */
  readonly statementTimeoutMs?: number;
  /** A statement waits for a lock at most this long. Default 3 000. */
  readonly lockTimeoutMs?: number;
  /** Getting a connection takes at most this long, in the pool's queue or on the network. Default 5 000. */
  readonly connectTimeoutMs?: number;
}

/** Injection token of the options. */
export const DATABASE_OPTIONS = Symbol('DATABASE_OPTIONS');
