import { AGENT_NAME_PATTERN, IsAgentName, IsUtcTimestamp, RUN_TRIGGERS, type RunTrigger } from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';

/** Runs that one call deals with at most. */
export const MAX_BULK = 1_000;

const OPEN = ['pending', 'running'] as const;
const RETRYABLE = ['failed', 'cancelled'] as const;

/** Which runs are meant: all filters hold together. */
abstract class BulkRequest {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;

  @ApiPropertyOptional({ enum: RUN_TRIGGERS })
  @IsOptional()
  @IsIn(RUN_TRIGGERS, { message: `trigger must be one of ${RUN_TRIGGERS.join(', ')}` })
  trigger?: RunTrigger;

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested before this' })
  @IsOptional()
  @IsUtcTimestamp()
  to?: string;

  @ApiPropertyOptional({ description: 'Only counts the runs that are meant' })
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_BULK, default: MAX_BULK })
  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(MAX_BULK, { message: `limit must be at most ${MAX_BULK}` })
  limit: number = MAX_BULK;

  @ApiPropertyOptional({ description: '`next_cursor` of the answer before' })
  @IsOptional()
  @IsString({ message: 'cursor must be the next_cursor of an earlier answer' })
  @MaxLength(500, { message: 'cursor must be the next_cursor of an earlier answer' })
  cursor?: string;
}

/** Body of `POST /api/runs/cancel`. */
export class BulkCancelRequest extends BulkRequest {
  @ApiPropertyOptional({ enum: OPEN, description: 'Not set: both' })
  @IsOptional()
  @IsIn(OPEN, { message: `status must be one of ${OPEN.join(', ')}` })
  status?: (typeof OPEN)[number];

  @ApiPropertyOptional({ format: 'date-time', description: 'Requested at or after this' })
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;
}

/** Body of `POST /api/runs/retry`. */
export class BulkRetryRequest extends BulkRequest {
  @ApiPropertyOptional({ enum: RETRYABLE, default: 'failed' })
  @IsIn(RETRYABLE, { message: `status must be one of ${RETRYABLE.join(', ')}` })
  status: (typeof RETRYABLE)[number] = 'failed';

  @ApiProperty({ format: 'date-time', description: 'Requested at or after this' })
  @IsUtcTimestamp()
  from: string;

  @ApiPropertyOptional({ description: 'Part of the error, in any case', maxLength: 200 })
  @IsOptional()
  @IsString({ message: 'error must be a text' })
  @Length(1, 200, { message: 'error must be 1 to 200 characters' })
  error?: string;
}
