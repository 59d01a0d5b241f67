import { isDeepStrictEqual } from 'node:util';

type Schema = Record<string, unknown>;

/** One schema that says what all of them say. */
export function mergeSchemas(schemas: readonly Schema[]): Schema {
  return schemas.reduce(merged, {});
}

function merged(one: Schema, other: Schema): Schema {
  const result = { ...one };
  const rest: Schema = {};
  for (const [keyword, value] of Object.entries(other)) {
    if (!Object.hasOwn(one, keyword)) {
      result[keyword] = value;
    } else if (keyword === 'items') {
      result[keyword] = merged(one[keyword] as Schema, value as Schema);
    } else if (keyword === 'type' && isNumeric(one[keyword]) && isNumeric(value)) {
      result[keyword] = [one[keyword], value].includes('integer') ? 'integer' : 'number';
    } else if (!isDeepStrictEqual(one[keyword], value)) {
      rest[keyword] = value;
    }
  }
  return Object.keys(rest).length === 0
    ? result
    : { ...result, allOf: [...((one['allOf'] as Schema[] | undefined) ?? []), rest] };
}

function isNumeric(type: unknown): boolean {
  return type === 'integer' || type === 'number';
}
