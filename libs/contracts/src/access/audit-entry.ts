import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsUtcTimestamp } from '../metrics/is-utc-timestamp.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/** What an action may be called, such as `tokens.revoke`: it is the end of a subject. */
export const AUDIT_ACTION_PATTERN = /^[a-z_]{1,50}(\.[a-z_]{1,50}){0,2}$/;

/**
 * Who changed something. `local`: a program on a machine where nobody has to log in. `command`: somebody on NATS, who
 * says of himself who he is.
 */
export const AUDIT_ACTORS = ['user', 'token', 'local', 'command', 'system'] as const;
export type AuditActor = (typeof AUDIT_ACTORS)[number];

export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** One change that somebody made, or tried to make. Never holds a secret. */
export class AuditEntry {
  /** Of the entry: the same one is kept once. */
  @IsUUID()
  id: string;

  /** ISO 8601. */
  @IsUtcTimestamp()
  at: string;

  @Matches(AUDIT_ACTION_PATTERN)
  action: string;

  @IsIn(AUDIT_ACTORS)
  actor_kind: AuditActor;

  /** Name of the user or token. */
  @IsString()
  @MaxLength(300)
  actor: string;

  /** What was changed, such as the id of a run. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  target?: string;

  @IsIn(AUDIT_OUTCOMES)
  outcome: AuditOutcome;

  /** As HTTP says it. */
  @IsInt()
  @Min(0)
  @Max(999)
  status: number;

  /** Where it came from. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  address?: string;

  /** More about what was asked for. */
  @IsOptional()
  @IsObject()
  details?: Record<string, unknown>;
}

export function auditSubject(action: string): string {
  return `audit.${action}`;
}

/** @throws ContractViolation when the message is none. */
export function parseAuditEntry(data: Uint8Array): AuditEntry {
  return validateContract(AuditEntry, parseJsonObject(data), { unknownFields: 'drop' });
}
