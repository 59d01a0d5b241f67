import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { IsIanaTimeZone } from '../schedules/is-iana-time-zone.js';
import { MISSED_FIRES, type MissedFires, type Overlap, OVERLAPS } from '../schedules/schedule-policies.js';
import { SCHEDULE_BOUNDS } from '../schedules/schedule-policies.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';

const { minEveryMs, maxEveryMs, maxMissedWindowMs, maxMissed, maxQueue } = SCHEDULE_BOUNDS;

/**
 * When an agent runs by itself. Exactly one of `cron`, `everyMs` and `at` says it; all instants are whole seconds.
 * What is absent has the default of a `ScheduleDefinition`.
 */
export class ScheduleDeclaration {
  /** Unique within its agent. */
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule name must be 1 to 50 characters of a-z, 0-9 and _' })
  name: string;

  /** Cron expression of 5 fields, or 6 with seconds first. */
  @IsOptional()
  @IsString({ message: 'cron must be a text' })
  @MaxLength(200, { message: 'cron must be at most 200 characters' })
  cron?: string;

  /** Milliseconds between two fires, whole seconds. */
  @IsOptional()
  @IsInt({ message: 'everyMs must be a whole number of milliseconds' })
  @Min(minEveryMs, { message: `everyMs must be at least ${minEveryMs} ms` })
  @Max(maxEveryMs, { message: 'everyMs must be at most 366 days' })
  everyMs?: number;

  /** Of `everyMs`: the first fire, from which the others are counted; the epoch when absent. ISO 8601. */
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  /** The one instant at which it fires. ISO 8601. */
  @IsOptional()
  @IsUtcTimestamp()
  at?: string;

  /** IANA time zone that the cron expression is meant in, such as `Europe/Madrid`. */
  @IsIanaTimeZone()
  timeZone: string;

  /** Input of every run that this schedule fires. */
  @IsOptional()
  @IsObject({ message: 'input of a schedule must be a JSON object' })
  input?: Record<string, unknown>;

  /** What becomes of fires that nobody was there for: `skip`, `last` or `all`. Defaults to `last`. */
  @IsOptional()
  @IsIn(MISSED_FIRES, { message: `missedFires must be one of ${MISSED_FIRES.join(', ')}` })
  missedFires?: MissedFires;

  /** Milliseconds after its instant for which a missed fire may still be made up for. Defaults to 7 days. */
  @IsOptional()
  @IsInt({ message: 'missedWindowMs must be a whole number of milliseconds' })
  @Min(0, { message: 'missedWindowMs must be at least 0 ms' })
  @Max(maxMissedWindowMs, { message: 'missedWindowMs must be at most 366 days' })
  missedWindowMs?: number;

  /** Of `missedFires: 'all'`: how many at most, the latest ones. Defaults to 100. */
  @IsOptional()
  @IsInt({ message: 'missedMax must be a whole number' })
  @Min(1, { message: 'missedMax must be at least 1' })
  @Max(maxMissed, { message: `missedMax must be at most ${maxMissed}` })
  missedMax?: number;

  /** What becomes of a fire while the run of the one before goes on: `allow`, `skip` or `queue`. Defaults to `skip`. */
  @IsOptional()
  @IsIn(OVERLAPS, { message: `overlap must be one of ${OVERLAPS.join(', ')}` })
  overlap?: Overlap;

  /** Of `overlap: 'queue'`: how many fires may wait. Defaults to 1. */
  @IsOptional()
  @IsInt({ message: 'queueMax must be a whole number' })
  @Min(1, { message: 'queueMax must be at least 1' })
  @Max(maxQueue, { message: `queueMax must be at most ${maxQueue}` })
  queueMax?: number;
}
