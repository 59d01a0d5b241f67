/** For how many days rows are kept, by table; for ever where nothing is said. */
export interface RetentionDays {
  /** Of `agent_runs` and `agent_run_attempts`, counted from the end of the run. */
  readonly runs?: number | undefined;
  /** Of `agent_metrics`, counted from the end of the run. A week goes as a whole, when all of it is too old. */
  readonly metrics?: number | undefined;
  /** Of `agent_run_logs`, counted from the line. Goes by weeks as well. */
  readonly logs?: number | undefined;
}
