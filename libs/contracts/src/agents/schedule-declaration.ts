import { IsObject, IsOptional, IsString, IsTimeZone, Matches, MaxLength } from 'class-validator';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';

/** When an agent runs by itself. */
export class ScheduleDeclaration {
  /** Unique within its agent. */
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule name must be 1 to 50 characters of a-z, 0-9 and _' })
  name: string;

  /** Cron expression of 5 fields, or 6 with seconds first. */
  @IsString({ message: 'cron must be a text' })
  @MaxLength(200, { message: 'cron must be at most 200 characters' })
  cron: string;

  /** IANA time zone that the cron expression is meant in, such as `Europe/Madrid`. */
  @IsTimeZone({ message: 'timeZone must be an IANA time zone such as Europe/Madrid' })
  timeZone: string;

  /** Input of every run that this schedule fires. */
  @IsOptional()
  @IsObject({ message: 'input of a schedule must be a JSON object' })
  input?: Record<string, unknown>;
}
