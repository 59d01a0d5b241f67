import type { RegisteredAgent, RunContext } from '#agents';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { RunControl } from './run-control.js';

/** Runs the code of agents, somewhere. */
export abstract class AgentRunner {
  /**
   * Resolves when the agent's code has ended, or can't do anything any more. When the attempt is interrupted, that is
   * within the agent's `killGraceMs`. Never rejects.
   * @param context whose signal is that of `control`
   * @param onBegin called when the agent's code begins, which may be later: a child process is waited for
   */
  abstract run(
    registered: RegisteredAgent,
    context: RunContext,
    control: RunControl,
    onBegin?: () => void,
  ): Promise<AttemptOutcome>;
}
