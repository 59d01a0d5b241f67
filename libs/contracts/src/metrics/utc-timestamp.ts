/** ISO 8601 with seconds; fractions up to nanoseconds; a zone is optional, as in Python's `datetime.isoformat()`. */
const TIMESTAMP_PATTERN =
  /^(?<date>\d{4}-\d{2}-\d{2})[T ](?<time>\d{2}:\d{2}:\d{2}(\.\d{1,9})?)(?<zone>Z|[+-]\d{2}:?\d{2})?$/;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Postgres takes no zone further from UTC. */
const MAX_ZONE_HOURS = 15;

/** The usual form, of a day that every month has: nothing is left to be checked. The year 0 is told apart. */
const PLAIN_PATTERN =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** Whether a text is a timestamp in the form that `utcTimestamp` would give it; says nothing about the rest. */
function isPlainUtcTimestamp(text: unknown): text is string {
  return typeof text === 'string' && PLAIN_PATTERN.test(text) && !text.startsWith('0000');
}

/**
 * A timestamp as `2026-02-19T10:00:00.123456Z`, taken as UTC when it names no zone, or `undefined` when it is none.
 * Kept as text, so that microseconds survive on their way to Postgres.
 */
export function utcTimestamp(text: unknown): string | undefined {
  if (isPlainUtcTimestamp(text)) {
    return text;
  }
  const groups = typeof text === 'string' ? TIMESTAMP_PATTERN.exec(text)?.groups : undefined;
  const { date, time, zone = 'Z' } = groups ?? {};
  if (date === undefined || !isCalendarDay(date) || !isZone(zone)) {
    return undefined;
  }
  const timestamp = `${date}T${time}${zone.replace(/(\d{2})(\d{2})$/, '$1:$2')}`;
  return Number.isNaN(Date.parse(timestamp)) ? undefined : timestamp;
}

/** `Date.parse` takes 30 February for 2 March, and the year 0; Postgres takes neither. */
function isCalendarDay(date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeapYear ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0);
  return year > 0 && day <= days;
}

function isZone(zone: string): boolean {
  return zone === 'Z' || Number(zone.slice(1, 3)) <= MAX_ZONE_HOURS;
}
