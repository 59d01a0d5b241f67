import { ExtendedProblem } from '#http';
import { BatchStoppedException } from './batch-stopped.exception.js';

/** Says beside why a batch was stopped what became of its first reports. */
export function translateError(error: unknown): unknown {
  return error instanceof BatchStoppedException
    ? new ExtendedProblem(error.cause, { items: error.items })
    : error;
}
