import { IsISO8601, IsString, Matches } from 'class-validator';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';

/** What the bucket `API_SESSIONS` holds under the SHA-256 of a session's id, so that who reads it can't be that session. */
export class StoredSession {
  /** Name of the user. */
  @IsString()
  user: string;

  /** `password_id` of the user when the session began. */
  @Matches(/^[0-9a-f]{32}$/)
  password_id: string;

  /** ISO 8601. */
  @IsISO8601()
  created_at: string;

  /** ISO 8601. */
  @IsISO8601()
  expires_at: string;
}

/** @throws ContractViolation when the value is none. */
export function parseStoredSession(data: Uint8Array): StoredSession {
  return validateContract(StoredSession, parseJsonObject(data), { unknownFields: 'drop' });
}
