/** What the bucket `AGENT_STATES` holds under `<agent>.paused`. The key alone pauses the agent. */
export interface AgentPause {
  /** ISO 8601. */
  readonly at: string;
  readonly by?: string;
  readonly reason?: string;
}
