import { AUDIT_ACTION_PATTERN, AUDIT_OUTCOMES, type AuditOutcome, IsUtcTimestamp } from '#contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page-query.js';

/** The query of `GET /api/audit`. All filters hold together. */
export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Exactly this one', example: 'tokens.revoke' })
  @IsOptional()
  @Matches(AUDIT_ACTION_PATTERN, { message: 'action must be such as tokens.revoke' })
  action?: string;

  @ApiPropertyOptional({ description: 'Name of the user or token' })
  @IsOptional()
  @IsString({ message: 'actor must be a text' })
  @MaxLength(300, { message: 'actor must be at most 300 characters' })
  actor?: string;

  @ApiPropertyOptional({ description: 'What was changed, such as the id of a run' })
  @IsOptional()
  @IsString({ message: 'target must be a text' })
  @MaxLength(300, { message: 'target must be at most 300 characters' })
  target?: string;

  @ApiPropertyOptional({ enum: AUDIT_OUTCOMES })
  @IsOptional()
  @IsIn(AUDIT_OUTCOMES, { message: `outcome must be one of ${AUDIT_OUTCOMES.join(', ')}` })
  outcome?: AuditOutcome;

  @ApiPropertyOptional({ format: 'date-time', description: 'At or after this' })
  @IsOptional()
  @IsUtcTimestamp()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this' })
  @IsOptional()
  @IsUtcTimestamp()
  to?: string;
}
