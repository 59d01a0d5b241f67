import type { RegisteredAgent } from '#agents';
import { ContractViolation, validateContract } from '#contracts';
import type { AttemptFailure } from '../journal/run-journal.js';
import type { Lease } from '../leases/lease.js';

/** What an attempt may begin with, or why the run can't start at all; no other attempt would change that. */
export type Admission =
  | { readonly input: Record<string, unknown>; readonly refusal?: undefined }
  | { readonly refusal: AttemptFailure };

/** Looks at the deadline of a run that has not started yet, and at its input. */
export function admit({ attempt, request }: Lease, { inputClass }: RegisteredAgent): Admission {
  const { deadline, input = {} } = request;
  if (attempt === 1 && deadline !== undefined && Date.parse(deadline) < Date.now()) {
    const error = `The run had not started by its deadline, ${deadline}`;
    return { refusal: { reason: 'deadline', error } };
  }
  if (inputClass === undefined) {
    return { input };
  }
  try {
    return { input: validateContract(inputClass, input) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    return {
      refusal: { reason: 'refused', error: `The input is not what the agent takes: ${error.message}` },
    };
  }
}
