import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
} from 'class-validator';
import { IsAgentName } from '../tokens/agent-name.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import { type Scope, SCOPES } from './scope.js';

/** What the bucket `API_TOKENS` holds under the id of a token. The secret itself is kept nowhere. */
export class StoredToken {
  /** For people. */
  @IsString()
  name: string;

  /** SHA-256 of the secret, in hex. */
  @Matches(/^[0-9a-f]{64}$/)
  secret_sha256: string;

  @IsArray()
  @ArrayNotEmpty()
  @IsIn(SCOPES, { each: true })
  scopes: Scope[];

  /** Agents that it may report for; all when absent. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsAgentName({ each: true })
  agents?: string[];

  /** ISO 8601. */
  @IsISO8601()
  created_at: string;

  @IsString()
  created_by: string;

  /** ISO 8601; when it got its present secret. */
  @IsOptional()
  @IsISO8601()
  rotated_at?: string;

  /** ISO 8601; for ever when absent. */
  @IsOptional()
  @IsISO8601()
  expires_at?: string;

  @IsBoolean()
  revoked: boolean;
}

/** @throws ContractViolation when the value is none. */
export function parseStoredToken(data: Uint8Array): StoredToken {
  return validateContract(StoredToken, parseJsonObject(data), { unknownFields: 'drop' });
}

/** Whether it still stands for what it says. */
export function isInForce({ revoked, expires_at: expiresAt }: StoredToken): boolean {
  return !revoked && (expiresAt === undefined || Date.parse(expiresAt) > Date.now());
}
