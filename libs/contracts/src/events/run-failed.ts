import { IsIn, IsISO8601, IsOptional, IsString } from 'class-validator';
import { IsMetricValues, type MetricValues } from '../metrics/metric-values.js';
import { FAILURE_REASONS, type FailureReason } from './failure-reason.js';
import { EventType, RunEvent } from './run-event.js';

/** Final: the last attempt failed, or the run could not be started at all. */
export class RunFailed extends RunEvent {
  @EventType('failed')
  readonly type = 'failed';

  @IsIn(FAILURE_REASONS)
  reason: FailureReason;

  @IsString()
  error: string;

  /** Absent when no executor ever had the run. */
  @IsOptional()
  @IsString()
  executor?: string;

  @IsOptional()
  @IsISO8601()
  started_at?: string;

  @IsISO8601()
  finished_at: string;

  /** What the agent had measured before it failed. */
  @IsMetricValues()
  metrics: MetricValues;
}
