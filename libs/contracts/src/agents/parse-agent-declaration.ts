import { ContractViolation, type Violation } from '../validation/contract-violation.js';
import { validateContract, type ValidateOptions } from '../validation/validate-contract.js';
import { AgentDeclaration } from './agent-declaration.js';
import { NotificationRule } from './notification-rule.js';
import { refuseBadTiming, type ScheduleTiming } from '../schedules/schedule-timing.js';
import { ScheduleDeclaration } from './schedule-declaration.js';

/**
 * Reads an agent's declaration, with its schedules and rules.
 * @throws ContractViolation naming every wrong field.
 */
export function parseAgentDeclaration(plain: object, options?: ValidateOptions): AgentDeclaration {
  const declaration = validateContract(AgentDeclaration, plain, options);
  const violations: Violation[] = [];
  const parseAll = <T extends object>(
    contract: new () => T,
    items: readonly T[],
    field: string,
    refuseBad: (item: T) => void = () => undefined,
  ): T[] =>
    items.map((item, index) => {
      try {
        // A list may hold anything, also null.
        const parsed = validateContract(contract, Object(item) as object, options);
        refuseBad(parsed);
        return parsed;
      } catch (error) {
        violations.push(...violationsOf(error, `${field}[${index}]`));
        return item;
      }
    });
  declaration.schedules = parseAll(ScheduleDeclaration, declaration.schedules, 'schedules', refuseBadRule);
  declaration.notifications = parseAll(NotificationRule, declaration.notifications, 'notifications');
  if (violations.length === 0) {
    violations.push(
      ...duplicateNames(declaration.schedules, 'schedules'),
      ...duplicateNames(declaration.notifications, 'notifications'),
    );
  }
  if (violations.length > 0) {
    throw new ContractViolation(violations);
  }
  return declaration;
}

function refuseBadRule({ cron, everyMs, from, at }: ScheduleDeclaration): void {
  refuseBadTiming({ cron, every_ms: everyMs, from, at }, nameInCode);
}

function nameInCode(field: keyof ScheduleTiming): string {
  return field === 'every_ms' ? 'everyMs' : field;
}

function violationsOf(error: unknown, parent: string): Violation[] {
  if (!(error instanceof ContractViolation)) {
    throw error;
  }
  return error.violations.map(({ field, message }) => ({
    field: `${parent}.${field}`,
    message: `${parent}: ${message}`,
  }));
}

function duplicateNames(items: readonly { readonly name: string }[], field: string): Violation[] {
  const names = items.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ field, message: `${field}: the name ${name} is used twice` }));
}
