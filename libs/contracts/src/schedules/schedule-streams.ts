import { assertAgentName } from '../tokens/agent-name.js';
import { assertScheduleName } from './schedule-key.js';

/**
 * The ledger of schedules: what became of each fire. The last message of a schedule's subject is also its state, from
 * which any scheduler goes on.
 */
export const SCHEDULE_FIRES = 'SCHEDULE_FIRES';

/** Key-value bucket: schedules made at run time, `<agent>.<schedule>`, and which are paused, `<agent>.<schedule>.paused`. */
export const SCHEDULES_BUCKET = 'SCHEDULES';

/** Key in `SCHEDULES`, of one token as no schedule's is: up to which sequence of the ledger all requests are published. */
export const PUBLISHED_KEY = 'published';

/** Key in `SCHEDULES`: written to learn the broker's time. */
export const CLOCK_KEY = 'clock';

/** Durable consumer of the ingest service, which keeps the ledger in Postgres. */
export const INGEST_FIRES = 'ingest-fires';

const FIRE_PREFIX = 'schedules.fires.';
const BACKFILL_PREFIX = 'schedules.backfills.';

export const FIRE_SUBJECTS = `${FIRE_PREFIX}*.*`;
export const BACKFILL_SUBJECTS = `${BACKFILL_PREFIX}*.*`;

/**
 * Where schedulers decide about the fires of a schedule, one after the other.
 * @throws ContractViolation when a name could reach another subject
 */
export function fireSubject(agent: string, schedule: string): string {
  return FIRE_PREFIX + tokens(agent, schedule);
}

/**
 * Where fires are noted that somebody has filled in afterwards: they decide nothing about those to come.
 * @throws ContractViolation when a name could reach another subject
 */
export function backfillSubject(agent: string, schedule: string): string {
  return BACKFILL_PREFIX + tokens(agent, schedule);
}

function tokens(agent: string, schedule: string): string {
  assertAgentName(agent);
  assertScheduleName(schedule);
  return `${agent}.${schedule}`;
}
