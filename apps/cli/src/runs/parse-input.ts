import type { RegisteredAgent } from '#agents';
import { ContractViolation, validateContract } from '#contracts';
import { UsageError } from '../usage-error.js';

/**
 * The input of a run, as its agent gets it.
 * @throws UsageError naming every field that is not what the agent takes
 */
export function parseInput(text: string, { inputClass }: RegisteredAgent): Record<string, unknown> {
  const input = parseObject(text);
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

function parseObject(text: string): Record<string, unknown> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--input is not JSON: ${(error as Error).message}`);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new UsageError('--input must be a JSON object, such as {"city": "Madrid"}');
  }
  return input as Record<string, unknown>;
}
