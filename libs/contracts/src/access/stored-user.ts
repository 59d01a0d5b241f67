import { IsIn, IsISO8601, IsString, Matches } from 'class-validator';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import { type Role, ROLES } from './role.js';

/** What a user may be called: the name is a key of a bucket. */
export const USER_NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** What the bucket `API_USERS` holds under the name of a user. */
export class StoredUser {
  /** `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`, the last two in base64url. */
  @IsString()
  password_hash: string;

  /** New with each password: a session that was begun with another one is over. */
  @Matches(/^[0-9a-f]{32}$/)
  password_id: string;

  @IsIn(ROLES)
  role: Role;

  /** ISO 8601. */
  @IsISO8601()
  created_at: string;

  @IsString()
  created_by: string;
}

/** @throws ContractViolation when the value is none. */
export function parseStoredUser(data: Uint8Array): StoredUser {
  return validateContract(StoredUser, parseJsonObject(data), { unknownFields: 'drop' });
}
