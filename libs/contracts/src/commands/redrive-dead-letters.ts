import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { DeadLetterFilter } from './dead-letter-filter.js';

/** Letters that one command re-drives at most. */
export const MAX_REDRIVEN = 1_000;

const ID_RULE = { each: true, message: 'ids must be ids of dead letters' };

/** Sends dead letters once more to where they came from, each of them once however often it is asked for. */
export class RedriveDeadLetters {
  @IsOptional()
  @IsArray({ message: 'ids must be a list' })
  @ArrayMinSize(1, { message: 'ids must not be empty' })
  @ArrayMaxSize(MAX_REDRIVEN, { message: `ids must be at most ${MAX_REDRIVEN}` })
  @IsInt(ID_RULE)
  @Min(1, ID_RULE)
  @Max(Number.MAX_SAFE_INTEGER, ID_RULE)
  ids?: number[];

  /** Instead of ids; `{}` means all. */
  @IsOptional()
  @IsObject({ message: 'filter must be a JSON object' })
  filter?: DeadLetterFilter;

  /** `next_cursor` of the answer before, where a filter means more letters than one command re-drives. */
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'cursor must be the next_cursor of an earlier answer' })
  cursor?: string;

  /** Only counts the letters that are meant. */
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;
}

export interface RedriveDeadLettersAnswer {
  /** Letters that are meant; with `dry_run` all of them, otherwise those of this command. */
  readonly matched: number;
  readonly redriven: readonly RedrivenLetter[];
  /** Those that can't be sent, and why. */
  readonly skipped: readonly { readonly id: number; readonly reason: string }[];
  /** Goes on after the last letter; null when there is none. */
  readonly next_cursor: string | null;
}

export interface RedrivenLetter {
  readonly id: number;
  /** `Nats-Msg-Id` of the new message; of a request it is also the request_id of the new run. */
  readonly message_id: string;
  /** False when it had been re-driven before. */
  readonly is_new: boolean;
}

/** @throws ContractViolation naming every wrong field. */
export function parseRedriveDeadLetters(plain: object): RedriveDeadLetters {
  const command = validateContract(RedriveDeadLetters, plain);
  if ((command.ids === undefined) === (command.filter === undefined)) {
    const message = 'either ids or filter must be given';
    throw new ContractViolation([{ field: '', message }]);
  }
  if (command.filter !== undefined) {
    command.filter = parseFilter(command.filter);
  }
  return command;
}

function parseFilter(plain: object): DeadLetterFilter {
  try {
    return validateContract(DeadLetterFilter, plain);
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    const violations = error.violations.map(({ field, message }) => ({
      field: `filter.${field}`,
      message: `filter: ${message}`,
    }));
    throw new ContractViolation(violations);
  }
}
