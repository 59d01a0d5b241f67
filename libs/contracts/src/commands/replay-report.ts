import { IsArray, IsBoolean, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { validateContract } from '../validation/validate-contract.js';

/** A message, or an event of it, that could not be understood or stored. */
export interface UnreadableMessage {
  readonly stream: string;
  readonly sequence: number;
  readonly reason: string;
}

/** What a replay has restored, or with `dry_run` what it would. */
export class ReplayReport {
  @IsBoolean()
  dry_run = false;

  /** Sequences of `RUN_EVENTS` that it reads: from the first that the stream has, up to what live traffic has written. */
  @IsInt()
  @Min(0)
  first_sequence = 0;

  @IsInt()
  @Min(0)
  last_sequence = 0;

  /** ISO 8601, when the broker stored the oldest event that it still has; absent when nothing has gone. */
  @IsOptional()
  @IsString()
  history_begins?: string;

  @IsInt()
  @Min(0)
  messages = 0;

  @IsInt()
  @Min(0)
  events = 0;

  /** Rows that were missing. */
  @IsInt()
  @Min(0)
  runs_added = 0;

  /** Rows that had not heard of what happened to their run. */
  @IsInt()
  @Min(0)
  runs_changed = 0;

  @IsInt()
  @Min(0)
  metrics_added = 0;

  @IsInt()
  @Min(0)
  attempts_added = 0;

  @IsInt()
  @Min(0)
  log_lines_added = 0;

  @IsInt()
  @Min(0)
  dead_letters_added = 0;

  /** Rows of daily summaries that differed from what the rows of runs and metrics add up to. */
  @IsInt()
  @Min(0)
  summaries_recounted = 0;

  /** Events of runs that are older than what is kept. */
  @IsInt()
  @Min(0)
  events_expired = 0;

  /** Messages and packed events that could not be understood or stored. They are not sent to the dead letters again. */
  @IsInt()
  @Min(0)
  unreadable = 0;

  /** The first of them. */
  @IsArray()
  unreadable_messages: UnreadableMessage[] = [];
}

/** @throws ContractViolation when it is none. */
export function parseReplayReport(plain: object): ReplayReport {
  return validateContract(ReplayReport, plain, { unknownFields: 'drop' });
}
