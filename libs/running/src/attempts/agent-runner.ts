import type { RegisteredAgent, RunContext } from '#agents';
import type { AttemptOutcome } from './attempt-outcome.js';

/** Runs the code of agents, somewhere. */
export abstract class AgentRunner {
  /**
   * Resolves when the agent's code has ended, or can't do anything any more. When the context's signal is aborted,
   * that is within the agent's `killGraceMs`. Never rejects.
   * @param onBegin called when the agent's code begins, which may be later: a child process is waited for
   */
  abstract run(
    registered: RegisteredAgent,
    context: RunContext,
    onBegin?: () => void,
  ): Promise<AttemptOutcome>;
}
