/** What was measured of one way to store many reports at once, in one round. */
export interface BatchResult {
  readonly name: string;
  readonly runsPerSecond: number;
}
