import { AGENT_NAME_PATTERN, IsAgentName } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQuery } from '../http/page-query.js';
import { IsDay } from './is-day.js';

const DAY = { type: 'string', format: 'date', example: '2026-11-22' } as const;

/** A range of UTC days, and a page of it. */
export class DayQuery extends PageQuery {
  @ApiPropertyOptional({ ...DAY, description: 'The first UTC day' })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiPropertyOptional({ ...DAY, description: 'The last UTC day' })
  @IsOptional()
  @IsDay()
  to?: string;
}

/** The query of `GET /api/summaries`. */
export class SummaryQuery extends DayQuery {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;
}
