import type { AgentDeclaration, MetricValues } from '#contracts';
import { BaseAgent } from '../base-agent.js';

/** An agent whose code is in a program of its own, in another language. */
export interface ForeignAgent {
  readonly declaration: AgentDeclaration;
  /** The program and its arguments; it speaks the child protocol. */
  readonly command: readonly string[];
  /** Where it is declared, for people. */
  readonly origin: string;
}

/** Takes the place of a foreign agent in this process. */
export class AgentElsewhere extends BaseAgent {
  /** @throws Error always: a child process runs it */
  run(): MetricValues {
    throw new Error('The code of this agent is in a program of its own');
  }
}
