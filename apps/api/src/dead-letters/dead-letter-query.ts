import { AGENT_NAME_PATTERN, type DeadLetterFilter, type DeadLetterStage, IsAgentName } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../http/page-query.js';

const STAGES: readonly DeadLetterStage[] = ['requests', 'events', 'notifications'];

/** The query of `GET /api/dead-letters`. All filters hold together. */
export class DeadLetterQuery extends PageQuery implements DeadLetterFilter {
  @ApiPropertyOptional({ enum: STAGES })
  @IsOptional()
  @IsIn(STAGES, { message: `stage must be one of ${STAGES.join(', ')}` })
  stage?: DeadLetterStage;

  @ApiPropertyOptional({ description: 'Part of the reason, in any case', maxLength: 200 })
  @IsOptional()
  @Matches(/^[^\0]{1,200}$/su, { message: 'reason_contains must be 1 to 200 characters without NUL' })
  reason_contains?: string;

  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source, description: 'Requests for runs of this agent' })
  @IsOptional()
  @IsAgentName()
  agent?: string;
}
