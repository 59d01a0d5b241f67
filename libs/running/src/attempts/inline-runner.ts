import { metricProblems } from '#contracts';
import { NonRetryableError, type RegisteredAgent, type RunContext, RunOutput } from '#agents';
import { Injectable } from '@nestjs/common';
import { AgentRunner } from './agent-runner.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { Interruption } from './interruption.js';

/** Runs an agent's code in this process. */
@Injectable()
export class InlineRunner extends AgentRunner {
  /**
   * Ends when the agent does, or as soon as the context's signal is aborted. Code that ignores its signal can't be
   * stopped inside a process: it goes on, and nobody listens to it any more.
   */
  async run(registered: RegisteredAgent, context: RunContext, onBegin?: () => void): Promise<AttemptOutcome> {
    const { signal } = context;
    if (signal.aborted) {
      return interruptedBy(signal); // an event that is over is not heard any more
    }
    onBegin?.();
    const interrupted = Promise.withResolvers<AttemptOutcome>();
    const interrupt = (): void => interrupted.resolve(interruptedBy(signal));
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return await Promise.race([this.runToItsEnd(registered, context), interrupted.promise]);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  private async runToItsEnd({ agent }: RegisteredAgent, context: RunContext): Promise<AttemptOutcome> {
    try {
      const { metrics, result } = RunOutput.from(await agent.run(context as never));
      const problems = metricProblems(metrics);
      return problems.length > 0
        ? failed(`The agent returned what can not be stored: ${problems.join('; ')}`, false)
        : { kind: 'returned', metrics, result };
    } catch (error) {
      return context.signal.aborted
        ? interruptedBy(context.signal)
        : failed(messageOf(error), !(error instanceof NonRetryableError));
    }
  }
}

function failed(error: string, isRetryable: boolean): AttemptOutcome {
  return { kind: 'failed', reason: 'error', error, isRetryable };
}

function interruptedBy(signal: AbortSignal): AttemptOutcome {
  return { kind: 'interrupted', interruption: signal.reason as Interruption };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
