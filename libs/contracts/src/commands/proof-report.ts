import { IsArray, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { validateContract } from '../validation/validate-contract.js';

/**
 * What does not agree. `run`: a run has events and no row. `status`: its row has not heard of an event. `metrics`,
 * `attempt`, `log`: rows of it are missing. `summary`: a daily summary is not what the rows add up to.
 * `row_without_run`: a row belongs to no run. `dead_letter`: messages of `DEAD_LETTERS` have no row. `message`: neither stored nor a dead letter.
 */
export type DifferenceKind =
  | 'run'
  | 'status'
  | 'metrics'
  | 'attempt'
  | 'log'
  | 'summary'
  | 'row_without_run'
  | 'dead_letter'
  | 'message';

/** One thing that does not agree. */
export interface ProofDifference {
  readonly kind: DifferenceKind;
  /** The run, the agent and day of a summary, or the place of a message. */
  readonly of: string;
  readonly detail: string;
}

/** How streams, tables and summaries compare. */
export class ProofReport {
  /** Sequences of `RUN_EVENTS` that were compared: up to what live traffic had written when it began. */
  @IsInt()
  @Min(0)
  first_sequence = 0;

  @IsInt()
  @Min(0)
  last_sequence = 0;

  /** Messages after that, which ingest still has to write. */
  @IsInt()
  @Min(0)
  not_written_yet = 0;

  /** ISO 8601, the oldest event that is still there; absent when nothing has gone. */
  @IsOptional()
  @IsString()
  history_begins?: string;

  @IsInt()
  @Min(0)
  messages = 0;

  /** Events, and what could not be read as one. `stored + duplicates + dead_letters + expired + missing` is this number. */
  @IsInt()
  @Min(0)
  published = 0;

  @IsInt()
  @Min(0)
  stored = 0;

  /** Final events of runs that another one has decided. */
  @IsInt()
  @Min(0)
  duplicates = 0;

  @IsInt()
  @Min(0)
  dead_letters = 0;

  /** Events of runs that are older than what is kept. */
  @IsInt()
  @Min(0)
  expired = 0;

  @IsInt()
  @Min(0)
  missing = 0;

  /** Rows of daily summaries that were recounted because they differed. */
  @IsInt()
  @Min(0)
  summaries_repaired = 0;

  /** Everything that does not agree. */
  @IsInt()
  @Min(0)
  difference_count = 0;

  /** The first of them. */
  @IsArray()
  differences: ProofDifference[] = [];
}

/** @throws ContractViolation when it is none. */
export function parseProofReport(plain: object): ProofReport {
  return validateContract(ProofReport, plain, { unknownFields: 'drop' });
}
