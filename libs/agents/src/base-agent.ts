import type { RunContext } from './context/run-context.js';
import type { AgentOutput } from './run-output.js';

/** A piece of code that the platform runs. Extend it, decorate it with `@Agent`, provide it in a module. */
export abstract class BaseAgent<Input = Record<string, unknown>> {
  /**
   * Does the work of one attempt. One instance serves all runs, several at the same time, so keep nothing of a
   * run in fields. Execution is at least once: what it does to the outside world should bear repetition.
   * @returns the metrics, or a `RunOutput` with metrics and a result
   * @throws NonRetryableError to fail the run at once
   * @throws anything else to fail the attempt; its message is kept with the run
   */
  abstract run(context: RunContext<Input>): Promise<AgentOutput> | AgentOutput;
}
