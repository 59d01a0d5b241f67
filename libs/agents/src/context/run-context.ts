import type { MetricValue } from '#contracts';
import type { ModelUsage } from './model-usage.js';
import type { RunCache } from './run-cache.js';
import type { RunLog } from './run-log.js';

/** What an agent is told about the attempt it makes, and through what it speaks while it runs. */
export interface RunContext<Input = Record<string, unknown>> {
  /** Identity of the run. The same in each of its attempts, so outside effects can be made idempotent with it. */
  readonly requestId: string;
  /** Which attempt of the run this is, from 1. */
  readonly attempt: number;
  /**
   * What the request, or the schedule, passes on: an instance of the agent's `inputClass`, validated, if it has one.
   * Empty when nothing is passed.
   */
  readonly input: Input;
  /** Aborted when the attempt must end: its time is over, somebody cancels the run, or its executor stops. Hand it on to whatever waits. */
  readonly signal: AbortSignal;
  /** Kept with the run, bounded. */
  readonly log: RunLog;
  /** What the agent keeps between its runs. */
  readonly cache: RunCache;
  /**
   * Says how far the work has come. May be called as often as one likes: a few times a second the latest word is sent.
   * @param percent 0 to 100; what lies outside is taken as the nearest of the two
   */
  readonly progress: (percent: number, message?: string) => void;
  /** Sets a metric of the run. One that `run` returns under the same name wins. */
  readonly metric: (name: string, value: MetricValue) => void;
  /** Adds to the run's metrics `usage_calls`, `usage_input_tokens`, `usage_output_tokens` and `usage_cost_usd`. */
  readonly usage: (usage: ModelUsage) => void;
}
