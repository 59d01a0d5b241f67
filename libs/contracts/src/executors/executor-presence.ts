import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';
import { AGENT_NAME_PATTERN } from '../tokens/agent-name.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/**
 * What an executor says of itself, again and again: the value of its key in the bucket `EXECUTORS`, which forgets it
 * when it has said nothing for some seconds.
 */
export class ExecutorPresence {
  /** Also the key. */
  @Matches(/^[A-Za-z0-9_-]{1,300}$/)
  id: string;

  /** See `CatalogueEntry`. */
  @Matches(/^[a-z0-9_-]{1,50}$/)
  group: string;

  /** Of the platform's code that it runs; absent when it does not know. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  version?: string;

  /** ISO 8601, by the executor's own clock. */
  @IsISO8601()
  started_at: string;

  @IsArray()
  @ArrayMaxSize(10_000)
  @Matches(AGENT_NAME_PATTERN, { each: true })
  agents: string[];

  /** Runs at the same time, over all agents. */
  @IsInt()
  @Min(1)
  concurrency: number;

  /** Runs that it works on. */
  @IsInt()
  @Min(0)
  held_runs: number;

  /** It takes no further runs, and stops when those that it has are over. */
  @IsBoolean()
  is_draining: boolean;
}

/** @throws ContractViolation when the value is none. */
export function parseExecutorPresence(data: Uint8Array): ExecutorPresence {
  return validateContract(ExecutorPresence, parseJsonObject(data), { unknownFields: 'drop' });
}
