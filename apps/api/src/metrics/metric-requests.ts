import { AGENT_NAME_PATTERN, IsAgentName, IsUtcTimestamp } from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { PageQuery } from '../http/page-query.js';
import { DayQuery } from '../summaries/summary-query.js';

const MAX_POINTS = 1_000;
const METRIC_PATTERN = /^[^\0]{1,200}$/su;
const METRIC_RULE = { message: 'metric must be 1 to 200 characters without NUL' };

/** The query of `GET /api/metrics`. */
export class MetricNameQuery extends PageQuery {
  @ApiProperty({ pattern: AGENT_NAME_PATTERN.source })
  @IsAgentName()
  agent: string;
}

/** The query of `GET /api/metrics/points`. */
export class MetricPointQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_POINTS, default: MAX_POINTS })
  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(MAX_POINTS, { message: `limit must be at most ${MAX_POINTS}` })
  override limit: number = MAX_POINTS;

  @ApiProperty({ pattern: AGENT_NAME_PATTERN.source })
  @IsAgentName()
  agent: string;

  @ApiProperty({ maxLength: 200 })
  @Matches(METRIC_PATTERN, METRIC_RULE)
  metric: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Recorded at or after this' })
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Recorded before this' })
  @IsOptional()
  @IsUtcTimestamp()
  to?: string;
}

/** The query of `GET /api/metrics/daily`. */
export class DailyMetricQuery extends DayQuery {
  @ApiProperty({ pattern: AGENT_NAME_PATTERN.source })
  @IsAgentName()
  agent: string;

  @ApiPropertyOptional({ maxLength: 200, description: 'Only this one' })
  @IsOptional()
  @Matches(METRIC_PATTERN, METRIC_RULE)
  metric?: string;
}
