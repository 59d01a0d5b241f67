import { AUDIT_ACTORS, AUDIT_OUTCOMES, type AuditActor, type AuditOutcome } from '#contracts';
import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

/** A change that somebody made, or tried to make. */
export class AuditView {
  @ApiProperty({ type: 'integer', example: 4711 })
  id: number;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ example: 'tokens.revoke' })
  action: string;

  @ApiProperty({ enum: AUDIT_ACTORS })
  actor_kind: AuditActor;

  @ApiProperty({ example: 'anna' })
  actor: string;

  @ApiProperty({ type: 'string', nullable: true, example: '6a1f0b7c9d2e4f35' })
  target: string | null;

  @ApiProperty({ enum: AUDIT_OUTCOMES })
  outcome: AuditOutcome;

  @ApiProperty({ type: 'integer', example: 200 })
  status: number;

  @ApiProperty({ type: 'string', nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  details: Record<string, unknown> | null;
}

export class AuditPage extends PageSchema(AuditView) {}
