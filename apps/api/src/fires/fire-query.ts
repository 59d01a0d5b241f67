import { FIRE_OUTCOMES, type FireOutcome, IsAgentName, AGENT_NAME_PATTERN, IsUtcTimestamp } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../http/page-query.js';

/** The query of `GET /api/schedules/{agent}/{schedule}/fires`. All filters hold together. */
export class FiresOfScheduleQuery extends PageQuery {
  @ApiPropertyOptional({ enum: FIRE_OUTCOMES })
  @IsOptional()
  @IsIn(FIRE_OUTCOMES, { message: `outcome must be one of ${FIRE_OUTCOMES.join(', ')}` })
  outcome?: FireOutcome;

  @ApiPropertyOptional({ format: 'date-time', description: 'Nominal instants at or after this' })
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Nominal instants before this' })
  @IsOptional()
  @IsUtcTimestamp()
  to?: string;
}

/** The query of `GET /api/fires`. */
export class FireQuery extends FiresOfScheduleQuery {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;
}
