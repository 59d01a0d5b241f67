import { AGENT_NAME_PATTERN, assertAgentName } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { ContractViolation } from '../validation/contract-violation.js';

const PAUSED = 'paused';

/** @throws ContractViolation unless `name` may be a schedule's name */
export function assertScheduleName(name: string): void {
  if (!SCHEDULE_NAME_PATTERN.test(name)) {
    const message = 'schedule must be 1 to 50 characters of a-z, 0-9 and _';
    throw new ContractViolation([{ field: 'schedule', message }]);
  }
}

/**
 * Key of a definition in the bucket `SCHEDULES`.
 * @throws ContractViolation when a name is none
 */
export function scheduleKey(agent: string, schedule: string): string {
  assertAgentName(agent);
  assertScheduleName(schedule);
  return `${agent}.${schedule}`;
}

/** Key in the bucket `SCHEDULES` that is there while a schedule is paused, whether it is from code or not. */
export function schedulePauseKey(agent: string, schedule: string): string {
  return `${scheduleKey(agent, schedule)}.${PAUSED}`;
}

/** What a key of the bucket says; nothing when it is neither a definition's nor a pause's. */
export function parseScheduleKey(
  key: string,
): { agent: string; schedule: string; isPause: boolean } | undefined {
  const [agent = '', schedule = '', state, ...rest] = key.split('.');
  const isOurs =
    AGENT_NAME_PATTERN.test(agent) &&
    SCHEDULE_NAME_PATTERN.test(schedule) &&
    (state === undefined || state === PAUSED) &&
    rest.length === 0;
  return isOurs ? { agent, schedule, isPause: state === PAUSED } : undefined;
}
