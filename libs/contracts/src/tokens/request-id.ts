import { Matches, type ValidationOptions } from 'class-validator';
import { ContractViolation } from '../validation/contract-violation.js';

/** The idempotency key of a run, everywhere. It is also one token of a subject. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9_-]{1,100}$/;

const REQUIREMENT = 'must be 1 to 100 characters of A-Z, a-z, 0-9, _ and -';

/** Property decorator: the value must be a request_id. */
export function IsRequestId(options?: ValidationOptions): PropertyDecorator {
  return Matches(REQUEST_ID_PATTERN, { message: `$property ${REQUIREMENT}`, ...options });
}

/** @throws ContractViolation unless `requestId` may be a request_id; `field` is the name that the caller knows it by. */
export function assertRequestId(requestId: string, field = 'request_id'): void {
  if (!REQUEST_ID_PATTERN.test(requestId)) {
    throw new ContractViolation([{ field, message: `${field} ${REQUIREMENT}` }]);
  }
}
