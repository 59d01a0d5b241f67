import type { RegisteredAgent } from '#agents';
import { ContractViolation, validateContract } from '#contracts';
import { jsonObject } from '../options/json-object.js';
import { UsageError } from '../usage-error.js';

/**
 * The input of a run, as its agent gets it.
 * @throws UsageError naming every field that is not what the agent takes
 */
export function parseInput(text: string, { inputClass }: RegisteredAgent): Record<string, unknown> {
  const input = jsonObject(text, '--input');
  try {
    return inputClass === undefined
      ? input
      : (validateContract(inputClass, input) as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    const lines = error.violations.map(({ message }) => `  ${message}`);
    throw new UsageError(`The input is not what the agent takes:\n${lines.join('\n')}`);
  }
}
