/** For how many days rows are kept, by table; for ever where nothing is said. */
export interface RetentionDays {
  /** Of `agent_runs` and `agent_run_attempts`, counted from the end of the run. */
  readonly runs?: number | undefined;
  /** Of `agent_metrics`, counted from the end of the run. A month goes as a whole, so rows stay up to a month more. */
  readonly metrics?: number | undefined;
  /** Of `agent_run_logs`, counted from the line. Goes by months as well. */
  readonly logs?: number | undefined;
  /** Of `schedule_fires`, counted from the nominal instant. The latest row of each schedule stays. */
  readonly fires?: number | undefined;
}
