import { readFileSync } from 'node:fs';
import { UsageError } from '../usage-error.js';

/**
 * Reads what an option was given: a JSON object, or `@` and the name of a file with one.
 * @param option its name, for the message
 * @throws UsageError
 */
export function jsonObject(text: string, option: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text);
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'is not JSON' : 'names a file that can not be read';
    throw new UsageError(`${option} ${problem}: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${option} must be a JSON object, such as {"city": "Madrid"}`);
  }
  return value as Record<string, unknown>;
}
