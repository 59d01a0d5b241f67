import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUtcTimestamp, type JobState, MAX_BACKFILLED } from '#contracts';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';

const MAX_AT_ONCE = 100;

/** Body of `POST /api/schedules/{agent}/{schedule}/backfills`. */
export class StartBackfill {
  @ApiProperty({ format: 'date-time', description: 'The first instant of the range' })
  @IsUtcTimestamp()
  from: string;

  @ApiProperty({
    format: 'date-time',
    description: `The last instant of the range, in which there may be ${MAX_BACKFILLED} fires`,
  })
  @IsUtcTimestamp()
  to: string;

  @ApiPropertyOptional({ description: 'Only says which fires have no run', default: false })
  @IsOptional()
  @IsBoolean({ message: 'dry_run must be true or false' })
  dry_run?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_AT_ONCE,
    default: 5,
    description: 'Runs that it may have waiting at the same time',
  })
  @IsInt({ message: 'at_once must be a whole number' })
  @Min(1, { message: 'at_once must be at least 1' })
  @Max(MAX_AT_ONCE, { message: `at_once must be at most ${MAX_AT_ONCE}` })
  at_once: number = 5;
}

/** A backfill, or what one would do. */
export class BackfillView {
  @ApiProperty({ type: 'string', nullable: true, description: 'null of a dry run' })
  job_id: string | null;

  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ example: 'nightly' })
  schedule: string;

  @ApiProperty({
    enum: ['planned', 'running', 'done', 'stopped', 'failed'],
    description: 'planned: that was a dry run, nothing is begun',
  })
  state: JobState | 'planned';

  @ApiProperty({ type: 'integer', description: 'Of the empty fires, how many it has been through' })
  done: number;

  @ApiProperty({ type: 'integer', description: 'Fires in the range' })
  fires: number;

  @ApiProperty({ type: 'integer', description: 'Of these, how many had a run or were to have one' })
  taken: number;

  @ApiProperty({ type: 'integer', description: 'How many had none' })
  empty_count: number;

  @ApiProperty({ type: [String], description: 'Their instants, the first 1,000' })
  empty: readonly string[];

  @ApiProperty({ type: 'string', nullable: true, description: 'For people' })
  waits_for: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'Why it has failed or stopped' })
  problem: string | null;
}
