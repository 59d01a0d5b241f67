import { IsOptional, IsString, Length } from 'class-validator';
import { IsMetricValues, type MetricValues } from '../metrics/metric-values.js';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { EventType, RunEvent } from './run-event.js';

/** Final: a whole finished run, posted from outside to `POST /metrics`. */
export class RunReported extends RunEvent {
  @EventType('reported')
  readonly type = 'reported';

  @IsUtcTimestamp()
  started_at: string;

  @IsUtcTimestamp()
  finished_at: string;

  @IsMetricValues()
  metrics: MetricValues;

  /** The run failed exactly when this is a text. */
  @IsOptional()
  @IsString()
  error?: string | null;

  /** SHA-256 of the report in canonical form, hex: tells a repeated post from another one under the same key. */
  @Length(64, 64)
  report_hash: string;
}
