/** What was measured of one collector in one round. */
export interface PostResult {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** 50th, 95th and 99th percentile, milliseconds. */
  readonly latencies: readonly [number, number, number];
  /** Microseconds of processor time per request, by group of processes. */
  readonly processorMicroseconds: Readonly<Record<string, number>>;
  readonly memoryBytes: Readonly<Record<string, number>>;
}
