import { AGENT_NAME_PATTERN, IsAgentName } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { PageQuery } from '../http/page-query.js';

/** The query of `GET /api/executors`. */
export class ExecutorQuery extends PageQuery {
  @ApiPropertyOptional({
    pattern: AGENT_NAME_PATTERN.source,
    description: 'Only those that serve this agent',
  })
  @IsOptional()
  @IsAgentName()
  agent?: string;
}
