import { IsIn, IsInt, IsObject, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { RUN_TRIGGERS, type RunTrigger } from './run-trigger.js';

/**
 * The message that asks for a run, published on `runs.requests.<agent>`, or on `runs.urgent.<agent>` to overtake those.
 * Every field is optional: `nats pub runs.requests.my_agent '{}'` is a whole request.
 */
export class RunRequest {
  /** What the agent receives as its input. */
  @IsOptional()
  @IsObject({ message: 'input must be a JSON object' })
  input?: Record<string, unknown>;

  /** How often the run may be tried in all; the agent's own limit when absent. */
  @IsOptional()
  @IsInt({ message: 'attempt_limit must be a whole number' })
  @Min(1, { message: 'attempt_limit must be at least 1' })
  @Max(100, { message: 'attempt_limit must be at most 100' })
  attempt_limit?: number;

  /** ISO 8601, UTC when it names no zone. A run that has not started by then fails instead of starting. */
  @IsOptional()
  @IsUtcTimestamp()
  deadline?: string;

  /** `message` when absent. */
  @IsOptional()
  @IsIn(RUN_TRIGGERS, { message: `trigger must be one of ${RUN_TRIGGERS.join(', ')}` })
  trigger?: RunTrigger;

  /** Name of the schedule whose fire this is. */
  @IsOptional()
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule must be 1 to 50 characters of a-z, 0-9 and _' })
  schedule?: string;

  /** ISO 8601, UTC when it names no zone: the nominal instant of that fire. */
  @IsOptional()
  @IsUtcTimestamp()
  scheduled_for?: string;
}
