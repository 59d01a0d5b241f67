import { assertAgentName } from '../tokens/agent-name.js';

/** What can keep an agent from being run. */
export type AgentState = 'paused' | 'breaker';

/**
 * Key in the bucket `AGENT_STATES`.
 * @throws ContractViolation when the name is no agent's.
 */
export function agentStateKey(agent: string, state: AgentState): string {
  assertAgentName(agent);
  return `${agent}.${state}`;
}

/** What a key says; nothing when it is none of ours. */
export function parseAgentStateKey(key: string): { agent: string; state: AgentState } | undefined {
  const [agent = '', state, ...rest] = key.split('.');
  return (state === 'paused' || state === 'breaker') && rest.length === 0 ? { agent, state } : undefined;
}
