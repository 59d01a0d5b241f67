import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Min } from 'class-validator';
import { validateContract } from '../validation/validate-contract.js';

const JOB_STATES = ['running', 'done', 'stopped', 'failed'] as const;
/** `stopped`: somebody asked for it, or nobody asked for its status any more. */
export type JobState = (typeof JOB_STATES)[number];

/** Ingest has begun with a job. */
export class JobStarted {
  @Matches(/^[a-z0-9-]{1,50}$/)
  job_id: string;

  /** Milliseconds without a question for its status after which the job stops. */
  @IsInt()
  @Min(1)
  lease_ms: number;
}

/** How far a job is. */
export class JobStatus {
  @IsString()
  job_id: string;

  @IsIn(JOB_STATES)
  state: JobState;

  /** What it does just now, for people. */
  @IsString()
  step: string;

  /** Of `total` messages, how many it has been through. */
  @IsInt()
  @Min(0)
  done: number;

  @IsInt()
  @Min(0)
  total: number;

  /** Everything before this sequence of `RUN_EVENTS` has been dealt with; where another replay can go on. */
  @IsInt()
  @Min(1)
  next_sequence: number;

  /** What it waits for, when it does. */
  @IsOptional()
  @IsString()
  waits_for?: string;

  /** Why it has failed or stopped. */
  @IsOptional()
  @IsString()
  problem?: string;

  /** What it has found so far: a `ReplayReport` or a `ProofReport`. */
  @IsObject()
  report: object;
}

/** @throws ContractViolation when the answer is none. */
export function parseJobStarted(plain: object): JobStarted {
  return validateContract(JobStarted, plain, { unknownFields: 'drop' });
}

/** @throws ContractViolation when the answer is none. */
export function parseJobStatus(plain: object): JobStatus {
  return validateContract(JobStatus, plain, { unknownFields: 'drop' });
}
