import { type ValidationError, validateSync } from 'class-validator';
import { ContractViolation, type Violation } from './contract-violation.js';
import { QuickCheck } from './quick-check.js';

export interface ValidateOptions {
  /** `refuse` unknown fields (messages that people write), or `drop` them (programs of another version). */
  readonly unknownFields: 'refuse' | 'drop';
}

/**
 * Makes an instance of a contract class from parsed JSON and validates it.
 * @throws ContractViolation naming every field that is wrong and its bound.
 */
export function validateContract<T extends object>(
  contract: new () => T,
  plain: object,
  { unknownFields }: ValidateOptions = { unknownFields: 'refuse' },
): T {
  refuseForbiddenKeys(plain);
  return (
    QuickCheck.of(contract)?.make(contract, plain, unknownFields === 'drop') ??
    validateFully(contract, plain, unknownFields)
  );
}

function validateFully<T extends object>(
  contract: new () => T,
  plain: object,
  unknownFields: ValidateOptions['unknownFields'],
): T {
  const instance = Object.assign(new contract(), plain);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: unknownFields === 'refuse',
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0) {
    throw new ContractViolation(errors.flatMap((error) => toViolations(error, '')));
  }
  return instance;
}

function refuseForbiddenKeys(plain: object): void {
  const forbidden = Object.keys(plain).filter(isForbidden);
  if (forbidden.length > 0) {
    throw new ContractViolation(
      forbidden.map((field) => ({ field, message: `${field} is not an allowed field` })),
    );
  }
}

/** A key that every object inherits would reach or hide something else than a field; class-validator takes some as known. */
function isForbidden(key: string): boolean {
  return key in Object.prototype || key === 'prototype';
}

function toViolations(error: ValidationError, parent: string): Violation[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
    field,
    message:
      constraint === 'whitelistValidation'
        ? `${field} is not a known field`
        : message.replaceAll('$field', field),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => toViolations(child, field))];
}
