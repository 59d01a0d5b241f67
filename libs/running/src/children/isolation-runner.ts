import type { RegisteredAgent, RunContext } from '#agents';
import { Injectable } from '@nestjs/common';
import { AgentRunner } from '../attempts/agent-runner.js';
import type { AttemptOutcome } from '../attempts/attempt-outcome.js';
import type { RunControl } from '../attempts/run-control.js';
import { InlineRunner } from '../attempts/inline-runner.js';
import { ChildRunner } from './child-runner.js';
import { EventLoopWatch } from './inline/event-loop-watch.js';

/** Runs an agent's code where its isolation says. */
@Injectable()
export class IsolationRunner extends AgentRunner {
  constructor(
    private readonly inline: InlineRunner,
    private readonly children: ChildRunner,
    private readonly watch: EventLoopWatch,
  ) {
    super();
  }

  async run(
    registered: RegisteredAgent,
    context: RunContext,
    control: RunControl,
    onBegin?: () => void,
  ): Promise<AttemptOutcome> {
    const { isolation, name } = registered.declaration;
    if (isolation !== 'inline') {
      return await this.children.run(registered, context, control, onBegin);
    }
    const ended = this.watch.begin(name);
    try {
      return await this.inline.run(registered, context, control, onBegin);
    } finally {
      ended();
    }
  }
}
