import { IsInt, IsObject, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { AGENT_NAME_PATTERN } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';

const MAX_COUNT = 100;

/** Asks for the next fires of a schedule that is there, or of a definition that may be made. */
export class PreviewSchedule {
  @IsOptional()
  @Matches(AGENT_NAME_PATTERN, { message: 'agent must be 1 to 100 characters of a-z, 0-9 and _' })
  agent?: string;

  @IsOptional()
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule must be 1 to 50 characters of a-z, 0-9 and _' })
  schedule?: string;

  /** A `ScheduleDefinition`, instead of agent and schedule. */
  @IsOptional()
  @IsObject({ message: 'definition must be a JSON object' })
  definition?: Record<string, unknown>;

  @IsInt({ message: 'count must be a whole number' })
  @Min(1, { message: 'count must be at least 1' })
  @Max(MAX_COUNT, { message: `count must be at most ${MAX_COUNT}` })
  count = 10;

  /** ISO 8601: fires after this instant; now when absent. */
  @IsOptional()
  @IsUtcTimestamp()
  after?: string;
}

/** @throws ContractViolation naming every wrong field */
export function parsePreviewSchedule(plain: object): PreviewSchedule {
  const command = validateContract(PreviewSchedule, plain);
  const isNamed = command.agent !== undefined && command.schedule !== undefined;
  if (isNamed === (command.definition !== undefined)) {
    const message = 'either agent and schedule or definition must be given';
    throw new ContractViolation([{ field: 'definition', message }]);
  }
  return command;
}

/**
 * - `skipped_time`: the clocks skip the time that is meant, so it fires at the first instant after.
 * - `first_of_two`, `second_of_two`: the clocks show this time twice.
 */
export type ClockMark = 'skipped_time' | 'first_of_two' | 'second_of_two';

export interface PreviewedFire {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** ISO 8601 with the offset of the schedule's zone. */
  readonly local: string;
  readonly mark: ClockMark | null;
  /** `<agent>.<schedule>` of what else fires at this instant; the first 20. */
  readonly also: readonly string[];
  /** How many there are. */
  readonly also_count: number;
}

export interface PreviewScheduleAnswer {
  readonly time_zone: string;
  readonly fires: readonly PreviewedFire[];
}
