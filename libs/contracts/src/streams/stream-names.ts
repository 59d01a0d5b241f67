export const RUN_REQUESTS = 'RUN_REQUESTS';
export const RUN_EVENTS = 'RUN_EVENTS';
export const DEAD_LETTERS = 'DEAD_LETTERS';

/** Key-value bucket: the catalogue of agents, one key per agent, value an `AgentDeclaration`. */
export const AGENTS_BUCKET = 'AGENTS';

/** Key-value bucket: `<agent>.paused` and `<agent>.breaker`, present while an agent is not to be run. */
export const AGENT_STATES_BUCKET = 'AGENT_STATES';

/** Key-value bucket: cancel requests, one key per request_id. */
export const CANCELS_BUCKET = 'CANCELS';

/** Key-value bucket: what agents keep between runs, keys `<agent>.<key in base64url>`. */
export const CACHE_BUCKET = 'CACHE';

/** Durable consumers of the ingest service. */
export const INGEST_REQUESTS = 'ingest-requests';
export const INGEST_EVENTS = 'ingest-events';
export const INGEST_DEAD_LETTERS = 'ingest-dead-letters';

/** The durable consumer that executors share for one agent. Its pending count is the agent's queue depth. */
export function executorConsumer(agent: string): string {
  return `executor-${agent}`;
}
