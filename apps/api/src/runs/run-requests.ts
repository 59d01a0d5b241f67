import {
  AGENT_NAME_PATTERN,
  IsAgentName,
  IsUtcTimestamp,
  MAX_LATER_DAYS,
  RUN_PRIORITIES,
  RUN_TRIGGERS,
  type RunPriority,
  type RunTrigger,
} from '#contracts';
import type { RunStatus } from '#database';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { PageQuery } from '../http/page-query.js';
import { RUN_STATUSES } from './run-view.js';

const MAX_ATTEMPTS = 100;

/** The query of `GET /api/runs`. All filters hold together. */
export class RunQuery extends PageQuery {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;

  @ApiPropertyOptional({ enum: RUN_STATUSES })
  @IsOptional()
  @IsIn(RUN_STATUSES, { message: `status must be one of ${RUN_STATUSES.join(', ')}` })
  status?: RunStatus;

  @ApiPropertyOptional({ enum: RUN_TRIGGERS })
  @IsOptional()
  @IsIn(RUN_TRIGGERS, { message: `trigger must be one of ${RUN_TRIGGERS.join(', ')}` })
  trigger?: RunTrigger;

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested at or after this' })
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested before this' })
  @IsOptional()
  @IsUtcTimestamp()
  to?: string;

  @ApiPropertyOptional({ description: 'Part of the error, in any case', maxLength: 200 })
  @IsOptional()
  @IsString({ message: 'error must be a text' })
  @Length(1, 200, { message: 'error must be 1 to 200 characters' })
  error?: string;
}

const HAS_ZONE = /(Z|[+-]\d{2}:?\d{2})$/;

/** Body of `POST /api/runs/{id}/retry`. */
export class RetryRun {
  @ApiPropertyOptional({
    format: 'date-time',
    description: `Begin at this instant, at most ${MAX_LATER_DAYS} days ahead; at once when it is over`,
    example: '2026-11-23T04:00:00+01:00',
  })
  @IsOptional()
  @IsUtcTimestamp()
  @Matches(HAS_ZONE, { message: 'run_at must end with Z or an offset such as +01:00' })
  run_at?: string;

  @ApiPropertyOptional({
    enum: RUN_PRIORITIES,
    default: 'normal',
    description: 'high: it overtakes all of the agent that wait with normal priority',
  })
  @IsOptional()
  @IsIn(RUN_PRIORITIES, { message: `priority must be one of ${RUN_PRIORITIES.join(', ')}` })
  priority?: RunPriority;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Not set: that of the run',
  })
  @IsOptional()
  @IsObject({ message: 'input must be a JSON object' })
  input?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_ATTEMPTS,
    description: "Not set: the agent's own",
  })
  @IsOptional()
  @IsInt({ message: 'attempt_limit must be a whole number' })
  @Min(1, { message: 'attempt_limit must be at least 1' })
  @Max(MAX_ATTEMPTS, { message: `attempt_limit must be at most ${MAX_ATTEMPTS}` })
  attempt_limit?: number;
}

/** Body of `POST /api/runs`. */
export class StartRun extends RetryRun {
  @ApiProperty({ pattern: AGENT_NAME_PATTERN.source, example: 'machine_health' })
  @IsAgentName()
  agent: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'A run that has not started by then fails instead',
  })
  @IsOptional()
  @IsUtcTimestamp()
  deadline?: string;
}

/** The query of `GET /api/runs/{id}/logs`. */
export class LogQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Of this attempt only' })
  @IsOptional()
  @IsInt({ message: 'attempt must be a whole number' })
  @Min(1, { message: 'attempt must be at least 1' })
  @Max(1_000_000, { message: 'attempt must be at most 1000000' })
  attempt?: number;
}
