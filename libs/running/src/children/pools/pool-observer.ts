/** Hears what happens in a pool of children. */
export interface PoolObserver {
  /** A child was started. */
  started(pool: string): void;
  /** A child has ended, because it was asked to or by itself. */
  ended(pool: string, cause: 'closed' | 'died'): void;
  /** A run got its child. */
  waited(pool: string, seconds: number): void;
}
