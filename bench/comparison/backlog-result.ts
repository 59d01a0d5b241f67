/** What was measured of one contestant in one round. */
export interface BacklogResult {
  readonly id: string;
  readonly name: string;
  readonly runs: number;
  readonly runsPerSecond: number;
  /** Microseconds of processor time per run, by group of processes. */
  readonly processorMicroseconds: Readonly<Record<string, number>>;
  /** The most that was seen, by group of processes. */
  readonly memoryBytes: Readonly<Record<string, number>>;
  readonly walBytesPerRun: number;
}
