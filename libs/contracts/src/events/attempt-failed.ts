import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Min } from 'class-validator';
import { FAILURE_REASONS, type FailureReason } from './failure-reason.js';
import { EventType, RunEvent } from './run-event.js';

/** An attempt ended without deciding the run; another will follow. */
export class AttemptFailed extends RunEvent {
  @EventType('attempt_failed')
  readonly type = 'attempt_failed';

  @IsIn(FAILURE_REASONS)
  reason: FailureReason;

  @IsString()
  error: string;

  @IsString()
  executor: string;

  @IsOptional()
  @IsISO8601()
  started_at?: string;

  @IsISO8601()
  finished_at: string;

  /** Attempts charged so far, this one included if it counts. */
  @IsInt()
  @Min(0)
  charged: number;
}
