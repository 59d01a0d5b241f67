import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const PATTERN = /^ap_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Whether a text may be the id of a token. */
export const TOKEN_ID_PATTERN = /^[0-9a-f]{16}$/;

/** What a token says: `ap_<id>_<secret>`. */
export interface TokenText {
  /** Under which it is found. No secret. */
  readonly id: string;
  readonly secret: string;
}

/** A new id; random, so that ids say nothing about each other. */
export function newTokenId(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** A new secret. */
export function newTokenSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function tokenText({ id, secret }: TokenText): string {
  return `ap_${id}_${secret}`;
}

/** Nothing when the text is no token of the platform. */
export function parseTokenText(text: string): TokenText | undefined {
  const [, id, secret] = PATTERN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** SHA-256 in hex. Of random secrets only: a password needs a hash that is slow. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes the same time wherever the two differ. */
export function isSecretOf(secret: string, digest: string): boolean {
  return timingSafeEqual(Buffer.from(secretDigest(secret), 'hex'), Buffer.from(digest, 'hex'));
}
