import type { AgentDeclaration } from '#contracts';
import type { AgentOptions } from '../agent-options.js';
import type { BaseAgent } from '../base-agent.js';

/** An agent that this process can run. */
export interface RegisteredAgent {
  readonly declaration: AgentDeclaration;
  /** Of an input class of its own, if it has one. */
  readonly agent: BaseAgent<never>;
  readonly inputClass?: AgentOptions['inputClass'] | undefined;
  readonly command?: AgentOptions['command'] | undefined;
}
