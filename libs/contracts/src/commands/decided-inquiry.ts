import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsString, Min } from 'class-validator';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/** Request-reply: which runs does Postgres know the end of? Any ingest answers, for all who may ask. */
export const DECIDED_SUBJECT = 'ingest.decided';
export const DECIDED_QUEUE = 'ingest';

export const MAX_DECIDED_ASKED = 1_000;
/** How long an answer is waited for, in milliseconds: longer than ingest waits for what it has not written yet. */
export const DECIDED_TIMEOUT_MS = 5_000;

/** Asks ingest about runs whose own subject says nothing: their end may stand in a pack. */
export class DecidedInquiry {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_DECIDED_ASKED)
  @IsString({ each: true })
  request_ids: string[];

  /** Sequence in `RUN_EVENTS` up to which everything has to be in Postgres before the answer counts. */
  @IsInt()
  @Min(1)
  events_up_to: number;
}

export interface DecidedAnswer {
  /** Those that are over; null when nobody can say it now, because Postgres is away or behind. */
  readonly decided: readonly string[] | null;
}

/** @throws ContractViolation */
export function parseDecidedInquiry(data: Uint8Array): DecidedInquiry {
  return validateContract(DecidedInquiry, parseJsonObject(data));
}

/** @returns the runs that are over; nothing when nobody can say it now */
export function decidedOf(answer: string): ReadonlySet<string> | undefined {
  const { decided } = JSON.parse(answer) as DecidedAnswer;
  return decided === null ? undefined : new Set(decided);
}
