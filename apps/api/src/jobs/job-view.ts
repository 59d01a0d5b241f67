import type { JobState } from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Ingest has begun with a job. */
export class JobStartedView {
  @ApiProperty({ example: '0b0c1a5e-6f2c-4b8e-9f3e-2f1c6a1e4b77' })
  job_id: string;

  @ApiProperty({
    type: 'integer',
    description: 'Milliseconds without a question for its status after which the job stops by itself',
    example: 10_000,
  })
  lease_ms: number;
}

/** How far a job is. */
export class JobStatusView {
  @ApiProperty()
  job_id: string;

  @ApiProperty({ enum: ['running', 'done', 'stopped', 'failed'] })
  state: JobState;

  @ApiProperty({ description: 'What it does just now, for people' })
  step: string;

  @ApiProperty({ type: 'integer', description: 'Messages that it has been through' })
  done: number;

  @ApiProperty({ type: 'integer' })
  total: number;

  @ApiProperty({ type: 'integer', description: 'Where another replay can go on: from_sequence' })
  next_sequence: number;

  @ApiPropertyOptional({ description: 'What it waits for, when it does' })
  waits_for?: string;

  @ApiPropertyOptional({ description: 'Why it has failed or stopped' })
  problem?: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What it has found so far' })
  report: object;
}
