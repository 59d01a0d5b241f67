import { randomBytes } from 'node:crypto';
import { type Role, StoredUser } from '#contracts';

const PASSWORD_ID_BYTES = 16;

/** Ends every session that was begun with the password before. */
export function newPasswordId(): string {
  return randomBytes(PASSWORD_ID_BYTES).toString('hex');
}

/** A user who has never been changed. */
export function newUser(role: Role, passwordHash: string, createdBy: string): StoredUser {
  return Object.assign(new StoredUser(), {
    password_hash: passwordHash,
    password_id: newPasswordId(),
    role,
    created_at: new Date().toISOString(),
    created_by: createdBy,
  });
}
