import { metricProblems } from '#contracts';
import { NonRetryableError, type RegisteredAgent, type RunContext, RunOutput } from '#agents';
import { Injectable } from '@nestjs/common';
import { AgentRunner } from './agent-runner.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { Interruption } from './interruption.js';
import type { RunControl } from './run-control.js';

/** Runs an agent's code in this process. */
@Injectable()
export class InlineRunner extends AgentRunner {
  /**
   * Ends when the agent does, or as soon as the attempt is interrupted. Code that ignores its signal can't be stopped
   * inside a process: it goes on, and nobody listens to it any more.
   */
  async run(
    registered: RegisteredAgent,
    context: RunContext,
    control: RunControl,
    onBegin?: () => void,
  ): Promise<AttemptOutcome> {
    if (control.interruption !== undefined) {
      return interruptedBy(control.interruption);
    }
    onBegin?.();
    const outcome = await new Promise<AttemptOutcome>((resolve, reject) => {
      control.onInterruption(() => resolve(interruptedBy(control.interruption!)));
      this.runToItsEnd(registered, context, control).then(resolve, reject);
    });
    control.onInterruption(undefined);
    return outcome;
  }

  private async runToItsEnd(
    { agent }: RegisteredAgent,
    context: RunContext,
    control: RunControl,
  ): Promise<AttemptOutcome> {
    try {
      const { metrics, result } = RunOutput.from(await agent.run(context as never));
      const problems = metricProblems(metrics);
      return problems.length > 0
        ? failed(`The agent returned what can not be stored: ${problems.join('; ')}`, false)
        : { kind: 'returned', metrics, result };
    } catch (error) {
      return control.interruption === undefined
        ? failed(messageOf(error), !(error instanceof NonRetryableError))
        : interruptedBy(control.interruption);
    }
  }
}

function failed(error: string, isRetryable: boolean): AttemptOutcome {
  return { kind: 'failed', reason: 'error', error, isRetryable };
}

function interruptedBy(interruption: Interruption): AttemptOutcome {
  return { kind: 'interrupted', interruption };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
