import { IsRequestId, IsUtcTimestamp, REQUEST_ID_PATTERN } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';

const SEQUENCE = { type: 'integer', minimum: 1, description: 'In RUN_EVENTS, this one included' } as const;
const MAX_EVENTS_PER_SECOND = 1_000_000;

/** Body of `POST /api/replays`. */
export class ReplayRequest {
  @ApiPropertyOptional(SEQUENCE)
  @IsOptional()
  @IsInt({ message: 'from_sequence must be a whole number' })
  @Min(1, { message: 'from_sequence must be at least 1' })
  from_sequence?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Instead of from_sequence' })
  @IsOptional()
  @IsUtcTimestamp()
  from_time?: string;

  @ApiPropertyOptional(SEQUENCE)
  @IsOptional()
  @IsInt({ message: 'to_sequence must be a whole number' })
  @Min(1, { message: 'to_sequence must be at least 1' })
  to_sequence?: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'Instead of to_sequence' })
  @IsOptional()
  @IsUtcTimestamp()
  to_time?: string;

  @ApiPropertyOptional({ pattern: REQUEST_ID_PATTERN.source, description: 'Only the events of this run' })
  @IsOptional()
  @IsRequestId()
  request_id?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_EVENTS_PER_SECOND })
  @IsOptional()
  @IsInt({ message: 'events_per_second must be a whole number' })
  @Min(1, { message: 'events_per_second must be at least 1' })
  @Max(MAX_EVENTS_PER_SECOND, { message: `events_per_second must be at most ${MAX_EVENTS_PER_SECOND}` })
  events_per_second?: number;

  @ApiPropertyOptional({ description: 'Only counts what would be restored' })
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;
}

/** Body of `POST /api/proofs`. */
export class ProofRequest {
  @ApiPropertyOptional({ description: 'Recounts daily summaries that differ from what the rows add up to' })
  @IsOptional()
  @IsBoolean({ message: 'repair must be true or false' })
  repair?: boolean;
}
