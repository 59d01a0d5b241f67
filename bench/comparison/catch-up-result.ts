/** How ingest caught up in one round. */
export interface CatchUpResult {
  readonly runs: number;
  /** From the start of ingest to the commit of the last run. */
  readonly seconds: number;
  /** Of each process, the most that was seen. */
  readonly memoryBytes: Readonly<Record<string, number>>;
}
