import type { RunContext } from './run-context.js';
import type { AgentOutput } from './run-output.js';

/** A piece of code that the platform runs. Extend it, decorate it with `@Agent`, provide it in a module. */
export abstract class BaseAgent {
  /**
   * Does the work of one attempt. One instance serves all runs, several at the same time, so keep nothing of a
   * run in fields. Execution is at least once: what it does to the outside world should bear repetition.
   * @returns the metrics, or a `RunOutput` with metrics and a result
   * @throws anything to fail the attempt; its message is kept with the run
   */
  abstract run(context: RunContext): Promise<AgentOutput> | AgentOutput;
}
