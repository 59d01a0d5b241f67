import { type Command, InvalidArgumentError, Option } from 'commander';
import { MISSED_FIRES, OVERLAPS } from '#contracts';
import { jsonObject } from '../options/json-object.js';
import { moment } from '../options/moment.js';
import { wholeNumber } from '../options/whole-number.js';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DISTANCE = /^(\d{1,6})([smhd])$/;

/** When a schedule fires. */
export interface RuleOptions {
  readonly cron?: string;
  readonly every?: number;
  readonly from?: string;
  readonly at?: string;
  readonly timeZone?: string;
}

/** Everything that a schedule may be told. */
export interface ScheduleOptions extends RuleOptions {
  readonly input?: string;
  readonly missed?: string;
  readonly missedWindow?: number;
  readonly missedMax?: number;
  readonly overlap?: string;
  readonly queueMax?: number;
}

/** Adds the options that say when a schedule fires. */
export function withRule(command: Command): Command {
  return command
    .option('--cron <expression>', "five fields, or six with seconds first, such as '0 4 * * *'")
    .option('--every <time>', 'again and again, such as 30s, 15m, 2h or 1d', interval)
    .option('--from <time>', 'of --every: the fire that the others are counted from', moment)
    .option('--at <time>', 'once: ISO 8601, or +30m', moment)
    .option('--time-zone <zone>', 'the zone that --cron is meant in, such as Europe/Madrid; UTC otherwise');
}

/** Adds all options of a schedule. */
export function withSchedule(command: Command): Command {
  return withRule(command)
    .option('-i, --input <json>', 'input of its runs, a JSON object, or @file')
    .addOption(
      new Option('--missed <policy>', 'what becomes of fires that nobody was there for').choices(
        MISSED_FIRES,
      ),
    )
    .option('--missed-window <time>', 'for how long they may still be made up for', interval)
    .option('--missed-max <count>', 'of --missed all: how many at most', wholeNumber)
    .addOption(
      new Option('--overlap <policy>', 'what becomes of a fire while the run before goes on').choices(
        OVERLAPS,
      ),
    )
    .option('--queue-max <count>', 'of --overlap queue: how many may wait', wholeNumber);
}

/** Of the rule, what was given, as the API calls it. */
export function ruleBody({ cron, every, from, at, timeZone }: RuleOptions): Record<string, unknown> {
  return given({
    cron,
    every_ms: every,
    from: from === undefined ? undefined : wholeSecond(from),
    at: at === undefined ? undefined : wholeSecond(at),
    time_zone: timeZone,
  });
}

/** What was given, as the API calls it. @throws UsageError */
export function scheduleBody(options: ScheduleOptions): Record<string, unknown> {
  const { input, missed, missedWindow, missedMax, overlap, queueMax } = options;
  return {
    ...ruleBody(options),
    ...given({
      input: input === undefined ? undefined : jsonObject(input, '--input'),
      missed_fires: missed,
      missed_window_ms: missedWindow,
      missed_max: missedMax,
      overlap,
      queue_max: queueMax,
    }),
  };
}

/** Reads the value of an option that is a length of time. @returns milliseconds */
function interval(text: string): number {
  const [, count, unit] = DISTANCE.exec(text) ?? [];
  if (unit === undefined || Number(count) === 0) {
    throw new InvalidArgumentError('It must be a time such as 30s, 15m, 2h or 1d.');
  }
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** Schedules fire at whole seconds, which a distance from now is not. */
function wholeSecond(time: string): string {
  return new Date(Math.ceil(Date.parse(time) / 1_000) * 1_000).toISOString();
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
