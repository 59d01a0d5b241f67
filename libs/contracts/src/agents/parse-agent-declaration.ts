import { ContractViolation, type Violation } from '../validation/contract-violation.js';
import { validateContract, type ValidateOptions } from '../validation/validate-contract.js';
import { AgentDeclaration } from './agent-declaration.js';
import { ScheduleDeclaration } from './schedule-declaration.js';

/**
 * Reads an agent's declaration, with its schedules.
 * @throws ContractViolation naming every wrong field.
 */
export function parseAgentDeclaration(plain: object, options?: ValidateOptions): AgentDeclaration {
  const declaration = validateContract(AgentDeclaration, plain, options);
  const violations: Violation[] = [];
  declaration.schedules = declaration.schedules.map((schedule, index) => {
    try {
      return validateContract(ScheduleDeclaration, Object(schedule) as object, options); // it may be null
    } catch (error) {
      violations.push(...violationsOf(error, index));
      return schedule;
    }
  });
  violations.push(...duplicateNames(declaration.schedules));
  if (violations.length > 0) {
    throw new ContractViolation(violations);
  }
  return declaration;
}

function violationsOf(error: unknown, index: number): Violation[] {
  if (!(error instanceof ContractViolation)) {
    throw error;
  }
  return error.violations.map(({ field, message }) => ({
    field: `schedules[${index}].${field}`,
    message: `schedules[${index}]: ${message}`,
  }));
}

function duplicateNames(schedules: readonly ScheduleDeclaration[]): Violation[] {
  const names = schedules.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ field: 'schedules', message: `schedules: the name ${name} is used twice` }));
}
