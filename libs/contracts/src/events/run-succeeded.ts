import { IsISO8601, IsOptional, IsString } from 'class-validator';
import { IsMetricValues, type MetricValues } from '../metrics/metric-values.js';
import { EventType, RunEvent } from './run-event.js';

/** Final: the agent returned. Carries everything that the run's row needs. */
export class RunSucceeded extends RunEvent {
  @EventType('succeeded')
  readonly type = 'succeeded';

  @IsString()
  executor: string;

  @IsISO8601()
  started_at: string;

  @IsISO8601()
  finished_at: string;

  @IsMetricValues()
  metrics: MetricValues;

  /** JSON that the agent returned beside its metrics. */
  @IsOptional()
  result?: unknown;
}
