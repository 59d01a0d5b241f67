import type { RunContext } from '#agents';
import { Injectable } from '@nestjs/common';
import { AgentRunner } from '../attempts/agent-runner.js';
import type { AttemptOutcome } from '../attempts/attempt-outcome.js';
import type { RunControl } from '../attempts/run-control.js';
import { ChildPools } from './pools/child-pools.js';
import type { IsolatedAgent } from './pools/isolated-agent.js';

/** Runs an agent's code in a child process. */
@Injectable()
export class ChildRunner extends AgentRunner {
  constructor(private readonly pools: ChildPools) {
    super();
  }

  /**
   * Ends when the child has answered or is dead: no code of the attempt runs any more. When the context's signal is
   * aborted the child is told, and killed when its agent's grace is over.
   */
  async run(
    agent: IsolatedAgent,
    context: RunContext,
    _control: RunControl,
    onBegin?: () => void,
  ): Promise<AttemptOutcome> {
    const { name, timeLimitMs, killGraceMs } = agent.declaration;
    const { requestId, attempt, input } = context;
    return await this.pools.of(agent).run({
      message: {
        type: 'run',
        id: `${requestId}:${attempt}`,
        agent: name,
        request_id: requestId,
        attempt,
        input,
        time_limit_ms: timeLimitMs,
      },
      context,
      killGraceMs,
      onBegin,
    });
  }
}
