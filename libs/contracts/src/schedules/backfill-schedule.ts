import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { AskedBy } from '../commands/asked-by.js';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';

/** Most slots of one backfill. */
export const MAX_BACKFILLED = 10_000;

/** Asks for the runs of the fires of a range that have none. The answer is a `JobStarted`, or of a dry run what it found. */
export class BackfillSchedule extends AskedBy {
  @IsAgentName()
  agent: string;

  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule must be 1 to 50 characters of a-z, 0-9 and _' })
  schedule: string;

  /** ISO 8601, included. */
  @IsUtcTimestamp()
  from: string;

  /** ISO 8601, included. */
  @IsUtcTimestamp()
  to: string;

  /** Only says which slots are empty. */
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;

  /** Runs that it may have waiting at the same time. */
  @IsInt({ message: 'at_once must be a whole number' })
  @Min(1, { message: 'at_once must be at least 1' })
  @Max(100, { message: 'at_once must be at most 100' })
  at_once = 5;
}

/** @throws ContractViolation naming every wrong field */
export function parseBackfillSchedule(plain: object): BackfillSchedule {
  const command = validateContract(BackfillSchedule, plain);
  if (Date.parse(command.from) > Date.parse(command.to)) {
    throw new ContractViolation([{ field: 'to', message: 'to must not be before from' }]);
  }
  return command;
}

/** The slots of a range; also the report of a job. */
export interface BackfillReport {
  readonly agent: string;
  readonly schedule: string;
  readonly dry_run: boolean;
  /** Instants of the schedule in the range. */
  readonly slots: number;
  /** Of these, how many have a run or will have one. */
  readonly taken: number;
  /** ISO 8601: the instants that have none, the first 1,000. */
  readonly empty: readonly string[];
  readonly empty_count: number;
}
