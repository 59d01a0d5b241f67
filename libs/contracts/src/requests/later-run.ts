import { IsIn, IsObject, IsOptional, Matches } from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import type { RunOrigin } from './run-origin.js';
import { RUN_PRIORITIES, type RunPriority } from './run-priority.js';
import { RunRequest } from './run-request.js';

/** Key-value bucket: runs that begin at an instant to come, by request_id. What stands there is not yet asked for. */
export const LATER_RUNS_BUCKET = 'LATER_RUNS';

/** How far ahead a run may be asked for. */
export const MAX_LATER_DAYS = 366;

/** What the bucket `LATER_RUNS` holds under a request_id. */
export class LaterRun {
  @IsAgentName()
  agent: string;

  /** ISO 8601: when the request is to be published. */
  @IsUtcTimestamp()
  run_at: string;

  @IsIn(RUN_PRIORITIES)
  priority: RunPriority = 'normal';

  /** The request as it will be published, word for word. */
  @IsObject()
  request: RunRequest;

  /** ISO 8601: when somebody asked for it. */
  @IsUtcTimestamp()
  asked_at: string;

  /** Who asked for it, for people. */
  @IsOptional()
  @Matches(/^[^\p{Cc}]{1,200}$/u)
  asked_by?: string;
}

/**
 * Reads a value of the bucket; fields of a newer version are left out.
 * @throws ContractViolation when it is none
 */
export function parseLaterRun(data: Uint8Array): LaterRun {
  const run = validateContract(LaterRun, parseJsonObject(data), { unknownFields: 'drop' });
  // Kept as it is, so that the same request is published: only looked at.
  validateContract(RunRequest, run.request, { unknownFields: 'drop' });
  return run;
}

/** Where such a run comes from, as long as nobody has published its request. */
export function originOfLaterRun({ run_at, asked_at, request }: LaterRun): RunOrigin {
  return {
    trigger: request.trigger ?? 'api',
    requested_at: asked_at,
    scheduled_for: run_at,
    ...(request.input !== undefined && { input: request.input }),
  };
}
