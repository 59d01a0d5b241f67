import { InvalidArgumentError } from 'commander';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DISTANCE = /^([+-])(\d{1,6})([smhd])$/;
/** A day, or a time that says its zone: what it means must not depend on where it is typed. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads the value of an option that is a time: ISO 8601 with its zone, a day in UTC, or a distance from now.
 * @returns ISO 8601 in UTC, as the API takes it
 */
export function moment(text: string): string {
  const [, sign, count, unit] = DISTANCE.exec(text) ?? [];
  const ms =
    unit === undefined
      ? Date.parse(ISO.test(text) ? text : '')
      : Date.now() + Number(`${sign}${count}`) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'It must be a time such as 2026-11-22T04:00:00Z, a day such as 2026-11-22, or a distance from now such as -2h or +30m.',
    );
  }
  return time.toISOString();
}
