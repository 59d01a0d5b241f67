import type { ScheduleDefinition } from './schedule-definition.js';

/** The command is a `ScheduleDefinition` without `timed_since`, which the service fills in. */
export interface PutScheduleAnswer {
  readonly schedule: ScheduleDefinition;
  readonly created: boolean;
  /** ISO 8601; null when it will never fire. */
  readonly next_fire: string | null;
}
