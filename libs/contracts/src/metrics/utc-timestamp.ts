/** ISO 8601 with seconds; fractions up to microseconds; a zone is optional, as in Python's `datetime.isoformat()`. */
const TIMESTAMP_PATTERN = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;
const ZONE_PATTERN = /(Z|[+-]\d{2}:?\d{2})$/;

/**
 * A timestamp with its zone spelled out, taken as UTC when it names none, or `undefined` when it is none.
 * Kept as text, so that microseconds survive on their way to Postgres.
 */
export function utcTimestamp(text: unknown): string | undefined {
  if (typeof text !== 'string' || !TIMESTAMP_PATTERN.test(text)) {
    return undefined;
  }
  const zoned = ZONE_PATTERN.test(text) ? text : `${text}Z`;
  return Number.isNaN(Date.parse(zoned)) ? undefined : zoned;
}
