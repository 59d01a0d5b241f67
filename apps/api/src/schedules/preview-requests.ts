import { AGENT_NAME_PATTERN, IsUtcTimestamp, SCHEDULE_NAME_PATTERN } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const MAX_COUNT = 100;
const DEFAULT_COUNT = 10;

/** The query of `GET /api/schedules/{agent}/{schedule}/preview`. */
export class PreviewQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_COUNT, default: DEFAULT_COUNT })
  @IsInt({ message: 'count must be a whole number' })
  @Min(1, { message: 'count must be at least 1' })
  @Max(MAX_COUNT, { message: `count must be at most ${MAX_COUNT}` })
  count: number = DEFAULT_COUNT;

  @ApiPropertyOptional({ format: 'date-time', description: 'Fires after this instant; now when absent' })
  @IsOptional()
  @IsUtcTimestamp()
  after?: string;
}

/** Body of `POST /api/schedules/preview`: when a schedule would fire. The rules are those of `ScheduleDefinition`. */
export class PreviewTiming extends PreviewQuery {
  @ApiPropertyOptional({ example: '30 2 * * *' })
  @Allow()
  cron?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1_000 })
  @Allow()
  every_ms?: number;

  @ApiPropertyOptional({ format: 'date-time' })
  @Allow()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @Allow()
  at?: string;

  @ApiPropertyOptional({ description: 'IANA name', default: 'UTC', example: 'Europe/Madrid' })
  @Allow()
  time_zone?: string;

  @ApiPropertyOptional({
    pattern: AGENT_NAME_PATTERN.source,
    description: 'With name: is not told of itself',
  })
  @IsOptional()
  @Matches(AGENT_NAME_PATTERN, { message: 'agent must be 1 to 100 characters of a-z, 0-9 and _' })
  agent?: string;

  @ApiPropertyOptional({ pattern: SCHEDULE_NAME_PATTERN.source })
  @IsOptional()
  @Matches(SCHEDULE_NAME_PATTERN, { message: 'name must be 1 to 50 characters of a-z, 0-9 and _' })
  name?: string;
}
