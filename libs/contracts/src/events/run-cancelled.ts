import { IsISO8601, IsOptional, IsString } from 'class-validator';
import { IsMetricValues, type MetricValues } from '../metrics/metric-values.js';
import { EventType, RunEvent } from './run-event.js';

/** Final: somebody cancelled the run, before or while it ran. */
export class RunCancelled extends RunEvent {
  @EventType('cancelled')
  readonly type = 'cancelled';

  /** Who or what asked for it, for people. */
  @IsString()
  error: string;

  /** ISO 8601, when the cancellation was asked for. */
  @IsISO8601()
  cancel_requested_at: string;

  /** Absent when no executor ever had the run. */
  @IsOptional()
  @IsString()
  executor?: string;

  @IsOptional()
  @IsISO8601()
  started_at?: string;

  @IsISO8601()
  finished_at: string;

  /** What the agent had measured until then. */
  @IsMetricValues()
  metrics: MetricValues;
}
