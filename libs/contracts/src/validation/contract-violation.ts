/** One thing wrong with a message: which field, and what it must be. */
export interface Violation {
  /** Path of the field, such as `metrics.total` or `schedules[0].cron`; empty when the whole message is meant. */
  readonly field: string;
  /** What the field must be, naming the bound. Never contains the offending value. */
  readonly message: string;
}

/** A message, body or declaration that breaks its contract. Retrying the same bytes can never help. */
export class ContractViolation extends Error {
  constructor(
    readonly violations: readonly Violation[],
    options?: ErrorOptions,
  ) {
    super(violations.map(({ message }) => message).join('; '), options);
    this.name = 'ContractViolation';
  }
}
