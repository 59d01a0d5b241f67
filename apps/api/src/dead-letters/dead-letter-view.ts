import { AGENT_NAME_PATTERN, type DeadLetterFilter, MAX_REDRIVEN } from '#contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

const STAGES = ['requests', 'events', 'notifications'];

/** A message that a stage refused for good. */
class DeadLetterView {
  @ApiProperty({ type: 'integer', example: 12 })
  id: number;

  @ApiProperty({ enum: STAGES })
  stage: string;

  @ApiProperty({ description: 'Why it was refused' })
  reason: string;

  @ApiProperty({ description: 'Where it was read', example: 'RUN_REQUESTS' })
  stream: string;

  @ApiProperty({ type: 'integer', description: 'Its sequence there' })
  sequence: number;

  @ApiProperty({ example: 'runs.requests.machine_health' })
  subject: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'Its Nats-Msg-Id' })
  message_id: string | null;

  @ApiProperty({ format: 'date-time', description: 'When the broker stored it' })
  stored_at: string;

  @ApiProperty({ format: 'date-time', description: 'When it was refused' })
  dead_at: string;

  @ApiProperty({ type: 'integer' })
  payload_bytes: number;

  @ApiProperty({ description: 'How the payload begins, as UTF-8' })
  payload_start: string;
}

export class DeadLetterPage extends PageSchema(DeadLetterView) {}

/** A dead letter as a whole. */
export class DeadLetterDetail extends DeadLetterView {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } })
  headers: Record<string, readonly string[]>;

  @ApiProperty({ format: 'byte', description: 'The payload, whatever it is, as base64' })
  payload_base64: string;
}

/** Which letters are meant, in the OpenAPI document; `DeadLetterFilter` has the rules. */
export class DeadLetterFilterSchema implements DeadLetterFilter {
  @ApiPropertyOptional({ enum: STAGES })
  stage?: NonNullable<DeadLetterFilter['stage']>;

  @ApiPropertyOptional({ description: 'Part of the reason, in any case' })
  reason_contains?: string;

  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source, description: 'Requests for runs of this agent' })
  agent?: string;
}

/** The body of `POST /api/dead-letters/redrive`, in the OpenAPI document; `RedriveDeadLetters` has the rules. */
export class RedriveSchema {
  @ApiPropertyOptional({ type: [Number], minItems: 1, maxItems: MAX_REDRIVEN })
  ids?: number[];

  @ApiPropertyOptional({ description: 'Instead of ids; {} means all' })
  filter?: DeadLetterFilterSchema;

  @ApiPropertyOptional({ description: '`next_cursor` of the answer before' })
  cursor?: string;

  @ApiPropertyOptional({ description: 'Only counts the letters that are meant' })
  dry_run?: boolean;
}

export class RedrivenView {
  @ApiProperty({ type: 'integer' })
  id: number;

  @ApiProperty({ description: 'Of the new message; of a request also the request_id of the new run' })
  message_id: string;

  @ApiProperty({ description: 'false: it had been re-driven before' })
  is_new: boolean;
}

export class SkippedView {
  @ApiProperty({ type: 'integer' })
  id: number;

  @ApiProperty({ description: 'Why it can not be sent' })
  reason: string;
}

export class RedriveOutcome {
  @ApiProperty({
    type: 'integer',
    description: 'With dry_run all that are meant, otherwise those of this call',
  })
  matched: number;

  @ApiProperty({ type: [RedrivenView] })
  redriven: readonly RedrivenView[];

  @ApiProperty({ type: [SkippedView] })
  skipped: readonly SkippedView[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: `Send it as \`cursor\` to go on: one call sends ${MAX_REDRIVEN} at most`,
  })
  next_cursor: string | null;
}
