import { assertAgentName } from '../tokens/agent-name.js';
import type { RunPriority } from '../requests/run-priority.js';
import { assertRequestId } from '../tokens/request-id.js';

/** The stages that can refuse a message for good; the last token of `runs.dead.<stage>`. */
export type DeadLetterStage = 'requests' | 'events' | 'notifications';

const REQUEST_PREFIX = 'runs.requests.';
const URGENT_PREFIX = 'runs.urgent.';
const EVENT_PREFIX = 'runs.events.';
const PACK_PREFIX = 'runs.packs.';

export const REQUEST_SUBJECTS = `${REQUEST_PREFIX}*`;
/** Requests of high priority. */
export const URGENT_SUBJECTS = `${URGENT_PREFIX}*`;
export const EVENT_SUBJECTS = `${EVENT_PREFIX}*`;
export const PACK_SUBJECTS = `${PACK_PREFIX}*`;
export const DEAD_LETTER_SUBJECTS = 'runs.dead.*';

/**
 * Where a request for a run of `agent` is published.
 * @throws ContractViolation when the name could reach another subject.
 */
export function requestSubject(agent: string, priority: RunPriority = 'normal'): string {
  assertAgentName(agent);
  return (priority === 'high' ? URGENT_PREFIX : REQUEST_PREFIX) + agent;
}

/**
 * The agent that a request's subject names.
 * @throws ContractViolation when that token is no agent's name.
 */
export function agentOfRequestSubject(subject: string): string {
  const agent = lastToken(subject, REQUEST_PREFIX) || lastToken(subject, URGENT_PREFIX);
  assertAgentName(agent);
  return agent;
}

/** The priority that a request's subject says. */
export function priorityOfRequestSubject(subject: string): RunPriority {
  return subject.startsWith(URGENT_PREFIX) ? 'high' : 'normal';
}

/**
 * The subject that holds every event of one run.
 * @throws ContractViolation when the id could reach another subject.
 */
export function eventSubject(requestId: string): string {
  assertRequestId(requestId);
  return EVENT_PREFIX + requestId;
}

/**
 * The run that an event's subject names.
 * @throws ContractViolation when that token is no request_id.
 */
export function requestIdOfEventSubject(subject: string): string {
  const requestId = lastToken(subject, EVENT_PREFIX);
  assertRequestId(requestId);
  return requestId;
}

/**
 * Where a service publishes final events of many runs in one message, see `readRunEvents`.
 * @param publisherId one token of a subject, of letters, digits, `_` and `-`
 */
export function packSubject(publisherId: string): string {
  return PACK_PREFIX + publisherId;
}

/** Whether messages on this subject are packs of events. */
export function isPackSubject(subject: string): boolean {
  return subject.startsWith(PACK_PREFIX);
}

export function deadLetterSubject(stage: DeadLetterStage): string {
  return `runs.dead.${stage}`;
}

/** Request-reply: asks one executor whether it still holds a run. */
export function holdsSubject(executorId: string): string {
  return `executors.${executorId}.holds`;
}

/** What follows the prefix; nothing, which no name is, when the subject is of another kind. */
function lastToken(subject: string, prefix: string): string {
  return subject.startsWith(prefix) ? subject.slice(prefix.length) : '';
}
