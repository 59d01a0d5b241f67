import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsAgentName } from '../tokens/agent-name.js';
import { IsNotBefore } from './is-not-before.js';
import { IsUtcTimestamp } from './is-utc-timestamp.js';
import { IsMetricValues, type MetricValues } from './metric-values.js';

/** Longest error text that is kept of a run, in characters. */
export const MAX_ERROR_LENGTH = 32_768;

/** The body of `POST /metrics`: one finished run, reported by a producer outside of the platform. */
export class MetricReport {
  @IsAgentName()
  agent_name: string;

  @IsMetricValues()
  metrics: MetricValues;

  @IsUtcTimestamp()
  started_at: string;

  @IsUtcTimestamp()
  @IsNotBefore('started_at')
  finished_at: string;

  /** What went wrong; the run failed exactly when this is a text. */
  @IsOptional()
  @IsString({ message: 'error must be a text or null' })
  @MaxLength(MAX_ERROR_LENGTH, { message: `error must be at most ${MAX_ERROR_LENGTH} characters` })
  error?: string | null;
}
