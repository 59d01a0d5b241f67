import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract, type ValidateOptions } from '../validation/validate-contract.js';
import { IsIanaTimeZone } from './is-iana-time-zone.js';
import { MISSED_FIRES, type MissedFires, type Overlap, OVERLAPS } from './schedule-policies.js';
import { SCHEDULE_BOUNDS, SCHEDULE_DEFAULTS } from './schedule-policies.js';
import { refuseBadTiming } from './schedule-timing.js';

const { minEveryMs, maxEveryMs, maxMissedWindowMs, maxMissed, maxQueue } = SCHEDULE_BOUNDS;

/**
 * A schedule made at run time: what the bucket `SCHEDULES` holds under `<agent>.<schedule>`. Exactly one of `cron`,
 * `every_ms` and `at` says when it fires; all instants are whole seconds.
 */
export class ScheduleDefinition {
  @IsAgentName()
  agent: string;

  /** Unique within its agent, also among those that the agent declares in code. */
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'name must be 1 to 50 characters of a-z, 0-9 and _' })
  name: string;

  /** Cron expression of 5 fields, or 6 with seconds first. */
  @IsOptional()
  @IsString({ message: 'cron must be a text' })
  @MaxLength(200, { message: 'cron must be at most 200 characters' })
  cron?: string;

  /** Milliseconds between two fires, whole seconds. */
  @IsOptional()
  @IsInt({ message: 'every_ms must be a whole number of milliseconds' })
  @Min(minEveryMs, { message: `every_ms must be at least ${minEveryMs} ms` })
  @Max(maxEveryMs, { message: 'every_ms must be at most 366 days' })
  every_ms?: number;

  /** Of `every_ms`: the first fire, from which the others are counted; the epoch when absent. ISO 8601. */
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  /** The one instant at which it fires. ISO 8601. */
  @IsOptional()
  @IsUtcTimestamp()
  at?: string;

  /** IANA time zone that `cron` is meant in, such as `Europe/Madrid`; for people in the other cases. */
  @IsIanaTimeZone()
  time_zone = 'UTC';

  /** Input of every run that it fires. */
  @IsOptional()
  @IsObject({ message: 'input must be a JSON object' })
  input?: Record<string, unknown>;

  @IsIn(MISSED_FIRES, { message: `missed_fires must be one of ${MISSED_FIRES.join(', ')}` })
  missed_fires: MissedFires = SCHEDULE_DEFAULTS.missedFires;

  /** Milliseconds after its instant for which a missed fire may still be made up for. */
  @IsInt({ message: 'missed_window_ms must be a whole number of milliseconds' })
  @Min(0, { message: 'missed_window_ms must be at least 0 ms' })
  @Max(maxMissedWindowMs, { message: 'missed_window_ms must be at most 366 days' })
  missed_window_ms: number = SCHEDULE_DEFAULTS.missedWindowMs;

  /** Of `missed_fires: all`: how many at most, the latest ones. */
  @IsInt({ message: 'missed_max must be a whole number' })
  @Min(1, { message: 'missed_max must be at least 1' })
  @Max(maxMissed, { message: `missed_max must be at most ${maxMissed}` })
  missed_max: number = SCHEDULE_DEFAULTS.missedMax;

  @IsIn(OVERLAPS, { message: `overlap must be one of ${OVERLAPS.join(', ')}` })
  overlap: Overlap = SCHEDULE_DEFAULTS.overlap;

  /** Of `overlap: queue`: how many fires may wait. */
  @IsInt({ message: 'queue_max must be a whole number' })
  @Min(1, { message: 'queue_max must be at least 1' })
  @Max(maxQueue, { message: `queue_max must be at most ${maxQueue}` })
  queue_max: number = SCHEDULE_DEFAULTS.queueMax;

  /** Who made it, for people. */
  @IsOptional()
  @Matches(/^[^\p{Cc}]{1,200}$/u, { message: 'made_by must be 1 to 200 printable characters' })
  made_by?: string;

  /** ISO 8601. Since when it fires as it does: its making, or the last change of its instants. */
  @IsOptional()
  @IsUtcTimestamp()
  timed_since?: string;
}

/**
 * Reads a definition. Whether its cron expression means anything is not looked at.
 * @throws ContractViolation naming every wrong field and its bound
 */
export function parseScheduleDefinition(plain: object, options?: ValidateOptions): ScheduleDefinition {
  const definition = validateContract(ScheduleDefinition, plain, options);
  refuseBadTiming(definition);
  return definition;
}

/**
 * Reads a value of the bucket `SCHEDULES`; fields of a newer version are left out.
 * @throws ContractViolation when it is no definition
 */
export function parseStoredSchedule(data: Uint8Array): ScheduleDefinition {
  return parseScheduleDefinition(parseJsonObject(data), { unknownFields: 'drop' });
}
