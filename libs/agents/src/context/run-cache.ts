/** What an agent keeps between its runs, on all executors. Keys are the agent's own: no other agent sees them. */
export interface RunCache {
  /** `undefined` when there is none, or when its time is over. */
  get(key: string): Promise<unknown>;
  /**
   * @param value any JSON value, 512 kB at most
   * @param options.ttlMs milliseconds that it is kept; 24 hours when absent, 7 days at most
   */
  put(key: string, value: unknown, options?: { readonly ttlMs?: number }): Promise<void>;
  delete(key: string): Promise<void>;
}
