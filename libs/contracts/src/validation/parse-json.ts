import { ContractViolation } from './contract-violation.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses the bytes of a message as a JSON object.
 * An empty body means an empty object, so that a bare `nats pub` is a valid request.
 * @throws ContractViolation when the bytes are not UTF-8, not JSON, or not an object.
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) {
    return {};
  }
  const parsed = parseJson(bytes);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ContractViolation([{ field: '', message: 'the message must be a JSON object' }]);
  }
  return parsed as Record<string, unknown>;
}

/**
 * Parses the bytes of a message as a JSON array.
 * @throws ContractViolation when the bytes are not UTF-8, not JSON, or not an array.
 */
export function parseJsonArray(bytes: Uint8Array): unknown[] {
  const parsed = parseJson(bytes);
  if (!Array.isArray(parsed)) {
    throw new ContractViolation([{ field: '', message: 'the message must be a JSON array' }]);
  }
  return parsed;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new ContractViolation([{ field: '', message: 'the message must be valid JSON in UTF-8' }], {
      cause: error,
    });
  }
}
