import type { AgentRegistry } from '#agents';
import { ContractViolation, type LogEntryLevel, validateContract } from '#contracts';
import type { RunMessage } from '../children/protocol/parent-message.js';
import { errorMessage, resultLine } from './answer-of.js';
import { CacheClient } from './cache-client.js';
import { ChildRunContext } from './child-run-context.js';
import { printed } from './printed.js';
import type { ExecutorLink, ExecutorMessage } from './executor-link.js';

/** Runs the agents of this child, one run at a time. */
export class AgentHost {
  private readonly cache: CacheClient;
  private current: { readonly id: string; readonly context: ChildRunContext } | undefined;

  /** @param end ends this process */
  constructor(
    private readonly link: ExecutorLink,
    private readonly agents: AgentRegistry,
    private readonly end: () => void,
  ) {
    this.cache = new CacheClient(link);
  }

  handle(message: ExecutorMessage): void {
    switch (message.type) {
      case 'run':
        return void this.run(message);
      case 'cancel':
        if (message.id === this.current?.id) {
          this.current.context.cancel(message.reason);
        }
        return;
      case 'cache_reply':
        return this.cache.settle(message);
      case 'end':
        return this.end();
    }
  }

  /** Adds a line to the log of the run; without a run it goes where prints go. */
  write(level: LogEntryLevel, message: string): void {
    if (this.current === undefined) {
      process.stderr.write(`${message}\n`);
    } else {
      this.current.context.log[level](message);
    }
  }

  private async run(message: RunMessage): Promise<void> {
    const { id } = message;
    let line: string;
    try {
      const { agent, input } = this.prepare(message);
      const context = new ChildRunContext(this.link, message, input, this.cache.for(id));
      this.current = { id, context };
      const output = await agent.run(context as never);
      context.flush();
      line = resultLine(id, output);
    } catch (error) {
      this.current?.context.flush();
      line = JSON.stringify(errorMessage(id, error));
    }
    await printed();
    this.current = undefined;
    this.link.sendLine(line);
  }

  /** @throws ContractViolation when there is no such agent or the input is not what it takes */
  private prepare({ agent: name, input }: RunMessage) {
    const registered = this.agents.get(name);
    if (registered === undefined) {
      throw new ContractViolation([{ field: 'agent', message: `there is no agent ${name} in this child` }]);
    }
    const { agent, inputClass } = registered;
    const checked = inputClass === undefined ? input : validateContract(inputClass, input);
    return { agent, input: checked as Record<string, unknown> };
  }
}
