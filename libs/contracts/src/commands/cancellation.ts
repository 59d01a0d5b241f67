import { IsISO8601, IsOptional, IsString, MaxLength } from 'class-validator';
import { RunCancelled } from '../events/run-cancelled.js';
import type { RunOrigin } from '../requests/run-origin.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/** What the bucket `CANCELS` holds under a request_id: that the run has to end. */
export class Cancellation {
  /** ISO 8601. */
  @IsISO8601()
  requested_at: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;
}

/** Reads a value of the bucket. The key alone says what to do, so any value counts. */
export function parseCancellation(data: Uint8Array): Cancellation {
  try {
    return validateContract(Cancellation, parseJsonObject(data), { unknownFields: 'drop' });
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    return Object.assign(new Cancellation(), { requested_at: new Date().toISOString() });
  }
}

/** What the run's row says. */
export function cancellationText({ by }: Cancellation): string {
  return by === undefined ? 'Cancelled' : `Cancelled by ${by}`;
}

/** A run that no executor works on. */
export interface UnheldRun {
  readonly agent: string;
  readonly requestId: string;
  readonly origin: RunOrigin;
  /** Number of the last attempt; 0 when there was none. */
  readonly attempt: number;
  /** Who had it last. */
  readonly executor?: string | undefined;
  readonly startedAt?: string | undefined;
}

/** The final event of a run that ends while nobody works on it. */
export function unheldRunCancelled(run: UnheldRun, cancellation: Cancellation): RunCancelled {
  const now = new Date().toISOString();
  return Object.assign(new RunCancelled(), {
    agent: run.agent,
    request_id: run.requestId,
    attempt: Math.max(1, run.attempt),
    origin: run.origin,
    at: now,
    finished_at: now,
    error: cancellationText(cancellation),
    cancel_requested_at: cancellation.requested_at,
    metrics: {},
    ...(run.executor !== undefined && { executor: run.executor }),
    ...(run.startedAt !== undefined && { started_at: run.startedAt }),
  });
}
