import { isDeepStrictEqual } from 'node:util';

/**
 * Compares the settings that are wanted with what the broker says it has. Fields that are not wanted are not compared.
 * @returns a line per difference, such as `max_bytes: wanted 1, found 2`
 */
export function settingsDiff(wanted: object, found: object): string[] {
  const actual = found as Record<string, unknown>;
  return Object.entries(wanted)
    .filter(([field, value]) => value !== undefined && !isDeepStrictEqual(value, actual[field]))
    .map(
      ([field, value]) => `${field}: wanted ${JSON.stringify(value)}, found ${JSON.stringify(actual[field])}`,
    );
}
