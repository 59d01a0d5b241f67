import type { RunPriority } from '../requests/run-priority.js';

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

/** Key-value bucket: one record per (run, rule, recipient), keys `<channel>.<request_id>.<rule>.<hash of recipient>`. */
export const NOTIFICATIONS_BUCKET = 'NOTIFICATIONS';

/**
 * Key-value bucket: per agent, how many of its runs have failed in a row, and up to which event that is counted. The key
 * `TURN` names the notifier that decides.
 */
export const NOTIFICATION_STREAKS_BUCKET = 'NOTIFICATION_STREAKS';

/** Durable consumers of the notifier: of `RUN_EVENTS`, and of the records in `NOTIFICATIONS` by channel. */
export const NOTIFIER = 'notifier';
export const NOTIFIER_EMAILS = 'notifier-emails';
export const NOTIFIER_WEBHOOKS = 'notifier-webhooks';

/** Durable consumers of the ingest service. */
export const INGEST_REQUESTS = 'ingest-requests';
export const INGEST_EVENTS = 'ingest-events';
export const INGEST_DEAD_LETTERS = 'ingest-dead-letters';

/** The durable consumer that executors share for one lane of an agent. Its pending count is the depth of that lane. */
export function executorConsumer(agent: string, priority: RunPriority = 'normal'): string {
  return priority === 'high' ? `executor-${agent}-high` : `executor-${agent}`;
}
