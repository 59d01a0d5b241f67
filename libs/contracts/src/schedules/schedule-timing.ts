import { ContractViolation, type Violation } from '../validation/contract-violation.js';

const SECOND_MS = 1_000;

/** When a schedule fires: exactly one of `cron`, `every_ms` and `at`. */
export interface ScheduleTiming {
  readonly cron?: string;
  readonly time_zone?: string;
  readonly every_ms?: number;
  readonly from?: string;
  readonly at?: string;
}

/**
 * What single fields can't say of themselves.
 * @param nameOf how the caller calls a field
 * @throws ContractViolation unless there is exactly one rule, of whole seconds
 */
export function refuseBadTiming(
  timing: ScheduleTiming,
  nameOf: (field: keyof ScheduleTiming) => string = (field) => field,
): void {
  const { every_ms, from, at } = timing;
  const violations: Violation[] = [];
  const refuse = (field: keyof ScheduleTiming, requirement: string): void => {
    violations.push({ field: nameOf(field), message: `${nameOf(field)} ${requirement}` });
  };
  const rules = (['cron', 'every_ms', 'at'] as const).filter((rule) => timing[rule] != null);
  if (rules.length !== 1) {
    refuse('cron', `or ${nameOf('every_ms')} or at must be given, exactly one of them`);
  }
  if (every_ms != null && every_ms % SECOND_MS !== 0) {
    refuse('every_ms', 'must be whole seconds, a multiple of 1000');
  }
  if (from != null && every_ms == null) {
    refuse('from', `goes with ${nameOf('every_ms')} only`);
  }
  for (const [field, text] of [
    ['from', from],
    ['at', at],
  ] as const) {
    if (text != null && Date.parse(text) % SECOND_MS !== 0) {
      refuse(field, 'must be a whole second');
    }
  }
  if (violations.length > 0) {
    throw new ContractViolation(violations);
  }
}
