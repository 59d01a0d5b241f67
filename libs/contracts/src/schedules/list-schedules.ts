import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { AGENT_NAME_PATTERN } from '../tokens/agent-name.js';
import type { ScheduleDefinition } from './schedule-definition.js';

const MAX_LIMIT = 500;

/** Asks for schedules in the order of agent and name. */
export class ListSchedules {
  /** Only those of this agent. */
  @IsOptional()
  @Matches(AGENT_NAME_PATTERN, { message: 'agent must be 1 to 100 characters of a-z, 0-9 and _' })
  agent?: string;

  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(MAX_LIMIT, { message: `limit must be at most ${MAX_LIMIT}` })
  limit = 100;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @Matches(/^[a-z0-9_]{1,100}\.[a-z0-9_]{1,50}$/, {
    message: 'cursor must be the next_cursor of an earlier answer',
  })
  cursor?: string;
}

export interface ListedSchedule extends ScheduleDefinition {
  /** Where it is defined; one from code can only be paused and resumed. */
  readonly source: 'code' | 'stored';
  readonly paused: { readonly at: string | null; readonly by?: string; readonly reason?: string } | null;
  /** ISO 8601; null when it will not fire any more. What is paused would fire then. */
  readonly next_fire: string | null;
  /** ISO 8601: every fire up to then is decided; null when no scheduler has seen it yet, or Postgres is away. */
  readonly decided_until: string | null;
  /** ISO 8601: the fire that should have been decided and is not. */
  readonly overdue_since: string | null;
}

export interface ListSchedulesAnswer {
  readonly schedules: readonly ListedSchedule[];
  readonly next_cursor: string | null;
}
