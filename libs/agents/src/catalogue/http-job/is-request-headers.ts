import { validateHeaderName, validateHeaderValue } from 'node:http';
import { registerDecorator } from 'class-validator';

const MAX_HEADERS = 50;
const MAX_VALUE_LENGTH = 8_192;
/** They belong to the connection, or say whom the request is for. */
const FORBIDDEN_NAMES = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Property decorator: headers of a request, by name. */
export function IsRequestHeaders(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isRequestHeaders',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: (value: unknown) => problemOf(value) === undefined,
        // The value may hold credentials, so only names are shown.
        defaultMessage: (args) => `headers ${problemOf(args?.value)}`,
      },
    });
  };
}

function problemOf(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return 'must be an object of names and texts';
  }
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) {
    return `must be at most ${MAX_HEADERS}`;
  }
  return entries
    .map(([name, value]) => problemOfHeader(name, value))
    .find((problem) => problem !== undefined);
}

function problemOfHeader(name: string, value: unknown): string | undefined {
  if (!isValid(() => validateHeaderName(name))) {
    return 'must have names of letters, digits and hyphens';
  }
  if (FORBIDDEN_NAMES.has(name.toLowerCase()) || name.toLowerCase().startsWith('proxy-')) {
    return `must not set ${name}`;
  }
  if (typeof value !== 'string' || value.length > MAX_VALUE_LENGTH) {
    return `must give ${name} as a text of at most ${MAX_VALUE_LENGTH} characters`;
  }
  return isValid(() => validateHeaderValue(name, value))
    ? undefined
    : `must give ${name} without control characters`;
}

function isValid(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
