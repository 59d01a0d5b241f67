import { CronTime } from 'cron';

const SECOND_MS = 1_000;
const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * SECOND_MS;
/** 29 February can be eight years away, and on a given day of the week forty. */
const MOST_DAYS = 41 * 366;
const ANY = '*';

/**
 * What a clock has to show for a cron expression to match. The `cron` package reads the expression; finding the next
 * match takes it half a millisecond, which is too long for thousands of schedules, and here less than a thousandth.
 * Clock times are kept as the instants at which a clock in UTC shows them, in milliseconds since the epoch.
 */
export class ClockFace {
  /** Whether every hour is meant. */
  readonly isHourly: boolean;
  private readonly seconds: readonly number[];
  private readonly minutes: readonly number[];
  private readonly hours: readonly number[];
  private readonly days: ReadonlySet<number> | undefined;
  private readonly months: ReadonlySet<number> | undefined;
  private readonly weekdays: ReadonlySet<number> | undefined;

  /** @throws Error when the expression can't be read */
  constructor(cron: string) {
    const [second, minute, hour, day, month, weekday] = new CronTime(cron, 'UTC').toJSON().map(String);
    this.isHourly = hour === ANY;
    this.seconds = valuesOf(second, 60);
    this.minutes = valuesOf(minute, 60);
    this.hours = valuesOf(hour, 24);
    this.days = restricted(day);
    this.months = restricted(month);
    this.weekdays = restricted(weekday);
  }

  /** The first match after `shownMs`; Infinity when there is none in 41 years. */
  next(shownMs: number): number {
    const fromSecond = Math.floor(shownMs / SECOND_MS) + 1;
    let day = Math.floor(fromSecond / DAY_SECONDS);
    let earliest = fromSecond - day * DAY_SECONDS;
    for (const last = day + MOST_DAYS; day < last; day += 1) {
      if (this.isDay(day)) {
        const second = this.secondOfDay(earliest);
        if (second !== undefined) {
          return day * DAY_MS + second * SECOND_MS;
        }
      }
      earliest = 0;
    }
    return Infinity;
  }

  /** Whether it matches at exactly this time. */
  matches(shownMs: number): boolean {
    return this.next(shownMs - 1) === shownMs;
  }

  /** As cron has it: of day of month and day of week one suffices, if both are restricted. */
  private isDay(day: number): boolean {
    const { days, weekdays, months } = this;
    if (days === undefined && weekdays === undefined && months === undefined) {
      return true;
    }
    const date = new Date(day * DAY_MS);
    if (months?.has(date.getUTCMonth() + 1) === false) {
      return false;
    }
    const isDayOfMonth = days?.has(date.getUTCDate());
    const isWeekday = weekdays?.has(date.getUTCDay());
    return isDayOfMonth === undefined || isWeekday === undefined
      ? (isDayOfMonth ?? isWeekday ?? true)
      : isDayOfMonth || isWeekday;
  }

  private secondOfDay(earliest: number): number | undefined {
    const hourNow = Math.floor(earliest / 3_600);
    const minuteNow = Math.floor(earliest / 60) % 60;
    for (const hour of this.hours) {
      if (hour < hourNow) {
        continue;
      }
      for (const minute of this.minutes) {
        if (hour === hourNow && minute < minuteNow) {
          continue;
        }
        const start = hour * 3_600 + minute * 60;
        const second = this.seconds.find((each) => start + each >= earliest);
        if (second !== undefined) {
          return start + second;
        }
      }
    }
    return undefined;
  }
}

function restricted(field = ANY): ReadonlySet<number> | undefined {
  return field === ANY ? undefined : new Set(field.split(',').map(Number));
}

function valuesOf(field = ANY, count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return field === ANY
    ? all
    : field
        .split(',')
        .map(Number)
        .toSorted((one, other) => one - other);
}
