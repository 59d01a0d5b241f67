import {
  AGENT_NAME_PATTERN,
  IsAgentName,
  MISSED_FIRES,
  type MissedFires,
  type Overlap,
  OVERLAPS,
  SCHEDULE_DEFAULTS,
  SCHEDULE_NAME_PATTERN,
} from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page-query.js';
import { SCHEDULE_STATES, type ScheduleState } from './schedule-view.js';

const NAME_MESSAGE = 'name must be 1 to 50 characters of a-z, 0-9 and _';

/** The query of `GET /api/schedules`. All filters hold together. */
export class ScheduleQuery extends PageQuery {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;

  @ApiPropertyOptional({ enum: SCHEDULE_STATES })
  @IsOptional()
  @IsIn(SCHEDULE_STATES, { message: `state must be one of ${SCHEDULE_STATES.join(', ')}` })
  state?: ScheduleState;
}

/**
 * Body of `PATCH /api/schedules/{agent}/{schedule}`; null takes a field back to its default. What the fields may be is
 * said by `ScheduleDefinition`, which whatever comes of it must pass.
 */
export class ChangeSchedule {
  @ApiPropertyOptional({
    type: 'string',
    nullable: true,
    description: 'Five fields, or six with seconds first. Exactly one of cron, every_ms and at',
    example: '0 4 * * *',
  })
  @Allow()
  cron?: string | null;

  @ApiPropertyOptional({ type: 'integer', minimum: 1_000, nullable: true, description: 'Whole seconds' })
  @Allow()
  every_ms?: number | null;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Of every_ms: the fire that the others are counted from',
  })
  @Allow()
  from?: string | null;

  @ApiPropertyOptional({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'The one instant at which it fires',
  })
  @Allow()
  at?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, description: 'IANA name', default: 'UTC' })
  @Allow()
  time_zone?: string | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, nullable: true })
  @Allow()
  input?: Record<string, unknown> | null;

  @ApiPropertyOptional({ enum: MISSED_FIRES, nullable: true, default: SCHEDULE_DEFAULTS.missedFires })
  @Allow()
  missed_fires?: MissedFires | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, default: SCHEDULE_DEFAULTS.missedWindowMs })
  @Allow()
  missed_window_ms?: number | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, default: SCHEDULE_DEFAULTS.missedMax })
  @Allow()
  missed_max?: number | null;

  @ApiPropertyOptional({ enum: OVERLAPS, nullable: true, default: SCHEDULE_DEFAULTS.overlap })
  @Allow()
  overlap?: Overlap | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, default: SCHEDULE_DEFAULTS.queueMax })
  @Allow()
  queue_max?: number | null;
}

/** Body of `POST /api/schedules`. */
export class CreateSchedule extends ChangeSchedule {
  @ApiProperty({ pattern: AGENT_NAME_PATTERN.source, example: 'machine_health' })
  @IsAgentName()
  agent: string;

  @ApiProperty({ pattern: SCHEDULE_NAME_PATTERN.source, example: 'nightly' })
  @Matches(SCHEDULE_NAME_PATTERN, { message: NAME_MESSAGE })
  name: string;
}

/** Body of `POST /api/schedules/{agent}/{schedule}/pause`. */
export class PauseSchedule {
  @ApiPropertyOptional({ description: 'For people', maxLength: 1_000 })
  @IsOptional()
  @IsString({ message: 'reason must be a text of at most 1000 characters' })
  @MaxLength(1_000, { message: 'reason must be a text of at most 1000 characters' })
  reason?: string;
}
