import type { AgentDeclaration } from '#contracts';
import type { BaseAgent } from '../base-agent.js';

/** An agent that this process can run. */
export interface RegisteredAgent {
  readonly declaration: AgentDeclaration;
  readonly agent: BaseAgent;
}
