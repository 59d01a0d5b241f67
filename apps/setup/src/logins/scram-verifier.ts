import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4_096;
const SALT_BYTES = 16;
const DIGEST = 'sha256';
const DIGEST_BYTES = 32;

/**
 * What Postgres keeps of a password under `scram-sha-256`. Computed here and given in place of the password, so that
 * the password itself is in no statement, and in no log of one.
 * @param password printable ASCII
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, DIGEST_BYTES, DIGEST);
  const clientKey = createHmac(DIGEST, salted).update('Client Key').digest();
  const storedKey = createHash(DIGEST).update(clientKey).digest('base64');
  const serverKey = createHmac(DIGEST, salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
