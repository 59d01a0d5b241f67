import type { MetricValues } from '#contracts';
import { BaseAgent } from '../base-agent.js';

/** Takes the place of a foreign agent in this process. */
export class AgentElsewhere extends BaseAgent {
  /** @throws Error always: a child process runs it */
  run(): MetricValues {
    throw new Error('The code of this agent is in a program of its own');
  }
}
