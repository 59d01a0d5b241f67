import { IsAgentName } from '../tokens/agent-name.js';

/** Lets executors run an agent again: after a pause, or because its breaker is open. */
export class AgentCommand {
  @IsAgentName()
  agent: string;
}

export interface AgentCommandAnswer {
  readonly agent: string;
  /** False when there was nothing to take back. */
  readonly changed: boolean;
}
