import { IsBoolean, IsInt, IsISO8601, IsOptional, Max, Min } from 'class-validator';
import { IsRequestId } from '../tokens/request-id.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { AskedBy } from './asked-by.js';

const MAX_EVENTS_PER_SECOND = 1_000_000;
const ISO_RULE = { strict: true, strictSeparator: true };

/**
 * Reads events again and restores what the tables lack of them. Without any bound: everything that `RUN_EVENTS` holds.
 * The answer is a `JobStarted`.
 */
export class StartReplay extends AskedBy {
  /** Sequence in `RUN_EVENTS`, this one included. */
  @IsOptional()
  @IsInt({ message: 'from_sequence must be a whole number' })
  @Min(1, { message: 'from_sequence must be at least 1' })
  from_sequence?: number;

  /** ISO 8601, by the time at which the broker stored an event. */
  @IsOptional()
  @IsISO8601(ISO_RULE, { message: 'from_time must be a time in ISO 8601' })
  from_time?: string;

  /** This one included. */
  @IsOptional()
  @IsInt({ message: 'to_sequence must be a whole number' })
  @Min(1, { message: 'to_sequence must be at least 1' })
  to_sequence?: number;

  @IsOptional()
  @IsISO8601(ISO_RULE, { message: 'to_time must be a time in ISO 8601' })
  to_time?: string;

  /** Only the events of this run. */
  @IsOptional()
  @IsRequestId()
  request_id?: string;

  /** Events a second at most. */
  @IsOptional()
  @IsInt({ message: 'events_per_second must be a whole number' })
  @Min(1, { message: 'events_per_second must be at least 1' })
  @Max(MAX_EVENTS_PER_SECOND, { message: `events_per_second must be at most ${MAX_EVENTS_PER_SECOND}` })
  events_per_second?: number;

  /** Only counts what would be restored. */
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;
}

/** @throws ContractViolation naming every wrong field. */
export function parseStartReplay(plain: object): StartReplay {
  const command = validateContract(StartReplay, plain);
  refuseBoth(command, 'from_sequence', 'from_time');
  refuseBoth(command, 'to_sequence', 'to_time');
  return command;
}

function refuseBoth(command: StartReplay, one: keyof StartReplay, other: keyof StartReplay): void {
  if (command[one] !== undefined && command[other] !== undefined) {
    throw new ContractViolation([{ field: one, message: `either ${one} or ${other} may be given` }]);
  }
}
