/** What an agent is told about the attempt it makes. */
export interface RunContext {
  /** Identity of the run. The same in each of its attempts, so outside effects can be made idempotent with it. */
  readonly requestId: string;
  /** Which attempt of the run this is, from 1. */
  readonly attempt: number;
  /** What the request, or the schedule, passes on. Empty when it passes nothing. */
  readonly input: Record<string, unknown>;
  /** Aborted when the attempt must end: its time is over, or its executor stops. Hand it on to whatever waits. */
  readonly signal: AbortSignal;
}
