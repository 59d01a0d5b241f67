import { Matches, type ValidationOptions } from 'class-validator';
import { ContractViolation } from '../validation/contract-violation.js';

/** What an agent may be called. Dots, wildcards and blanks are out: the name becomes one token of a subject. */
export const AGENT_NAME_PATTERN = /^[a-z0-9_]{1,100}$/;

const REQUIREMENT = 'must be 1 to 100 characters of a-z, 0-9 and _';

/** Property decorator: the value must be an agent's name. */
export function IsAgentName(options?: ValidationOptions): PropertyDecorator {
  return Matches(AGENT_NAME_PATTERN, { message: `$property ${REQUIREMENT}`, ...options });
}

/** @throws ContractViolation unless `name` may be an agent's name. */
export function assertAgentName(name: string): void {
  if (!AGENT_NAME_PATTERN.test(name)) {
    throw new ContractViolation([{ field: 'agent', message: `agent ${REQUIREMENT}` }]);
  }
}
