import { ApiProperty } from '@nestjs/swagger';

const MILLISECONDS = { type: 'number', nullable: true, description: 'Milliseconds' } as const;

/** Finished runs, counted. */
export class SummaryFigures {
  @ApiProperty({ type: 'integer' })
  runs: number;

  @ApiProperty({ type: 'integer' })
  success: number;

  @ApiProperty({ type: 'integer' })
  failed: number;

  @ApiProperty({ type: 'integer' })
  cancelled: number;

  @ApiProperty({
    type: 'number',
    nullable: true,
    minimum: 0,
    maximum: 1,
    description: 'Of those that succeeded or failed; null when there were none',
    example: 0.998,
  })
  success_rate: number | null;

  @ApiProperty(MILLISECONDS)
  duration_ms_mean: number | null;

  @ApiProperty(MILLISECONDS)
  duration_ms_min: number | null;

  @ApiProperty(MILLISECONDS)
  duration_ms_max: number | null;
}

/** What sums over rows of `agent_daily_summaries` give. */
export interface SummedRuns {
  readonly runs_success: string;
  readonly runs_failed: string;
  readonly runs_cancelled: string;
  readonly duration_count: string;
  readonly duration_ms_sum: string;
  readonly duration_ms_min: string | null;
  readonly duration_ms_max: string | null;
}

export function figuresOf(row: SummedRuns): SummaryFigures {
  const [success, failed, cancelled] = [row.runs_success, row.runs_failed, row.runs_cancelled].map(Number);
  const decided = success! + failed!;
  const measured = Number(row.duration_count);
  return {
    runs: decided + cancelled!,
    success: success!,
    failed: failed!,
    cancelled: cancelled!,
    success_rate: decided === 0 ? null : success! / decided,
    duration_ms_mean: measured === 0 ? null : Number(row.duration_ms_sum) / measured,
    duration_ms_min: numberOrNull(row.duration_ms_min),
    duration_ms_max: numberOrNull(row.duration_ms_max),
  };
}

function numberOrNull(value: string | null): number | null {
  return value === null ? null : Number(value);
}
