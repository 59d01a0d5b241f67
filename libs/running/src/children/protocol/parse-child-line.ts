import { LOG_ENTRY_LEVELS } from '#contracts';
import type { ChildMessage } from './child-message.js';

/** What a line of a child is: a message, a message that breaks the protocol, or a stray print. */
export type ChildLine =
  | { readonly kind: 'message'; readonly message: ChildMessage }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'text' };

interface Rule {
  readonly must: string;
  readonly isMet: (value: unknown) => boolean;
}

const TEXT: Rule = { must: 'be a text', isMet: (value) => typeof value === 'string' };
const NUMBER: Rule = { must: 'be a number', isMet: (value) => Number.isFinite(value) };
const COUNT: Rule = {
  must: 'be a whole number from 0',
  isMet: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const PERCENT: Rule = {
  must: 'be a number from 0 to 100',
  isMet: (value) => typeof value === 'number' && value >= 0 && value <= 100,
};
const LEVEL: Rule = {
  must: `be one of ${LOG_ENTRY_LEVELS.join(', ')}`,
  isMet: (value) => LOG_ENTRY_LEVELS.some((level) => level === value),
};
const METRIC: Rule = {
  must: 'be a number, a boolean or a text',
  isMet: (value) => ['number', 'boolean', 'string'].includes(typeof value),
};
const BOOLEAN: Rule = { must: 'be true or false', isMet: (value) => typeof value === 'boolean' };
const LIST: Rule = { must: 'be a list', isMet: Array.isArray };
const OBJECT: Rule = { must: 'be an object', isMet: isPlainObject };
const PRESENT: Rule = { must: 'not be null', isMet: (value) => value !== undefined && value !== null };

const RULES: Record<ChildMessage['type'], Record<string, Rule>> = {
  hello: { protocol: NUMBER, program: optional(TEXT), agents: LIST },
  pong: { n: COUNT },
  progress: { id: TEXT, percent: PERCENT, message: optional(TEXT) },
  log: { id: TEXT, level: LEVEL, message: TEXT },
  metric: { id: TEXT, name: TEXT, value: METRIC },
  usage: {
    id: TEXT,
    model: TEXT,
    input_tokens: COUNT,
    output_tokens: COUNT,
    cost_usd: optional(NUMBER),
  },
  cache_get: { id: TEXT, n: COUNT, key: TEXT },
  cache_put: { id: TEXT, n: COUNT, key: TEXT, value: PRESENT, ttl_ms: optional(COUNT) },
  cache_delete: { id: TEXT, n: COUNT, key: TEXT },
  result: { id: TEXT, metrics: OBJECT },
  error: {
    id: optional(TEXT),
    error_type: TEXT,
    message: TEXT,
    trace: optional(TEXT),
    retryable: optional(BOOLEAN),
  },
};

/** Tells messages from stray prints: a message is a JSON object whose `type` the protocol knows. */
export function parseChildLine(line: string): ChildLine {
  const message = jsonObject(line);
  const type = message?.['type'];
  if (message === undefined || typeof type !== 'string' || !Object.hasOwn(RULES, type)) {
    return { kind: 'text' };
  }
  const broken = Object.entries(RULES[type as ChildMessage['type']]).find(
    ([field, { isMet }]) => !isMet(message[field]),
  );
  return broken === undefined
    ? { kind: 'message', message: message as unknown as ChildMessage }
    : { kind: 'malformed', problem: `${broken[0]} of a message of type ${type} must ${broken[1].must}` };
}

/** Whether the beginning of a line that is too long to be parsed looks like that of a message. */
export function looksLikeMessage(beginning: string): boolean {
  return /^\s*\{\s*"type"\s*:/.test(beginning);
}

function optional({ must, isMet }: Rule): Rule {
  return { must, isMet: (value) => value === undefined || value === null || isMet(value) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.trimStart().startsWith('{')) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(line);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
