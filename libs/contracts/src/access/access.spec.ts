import { expect, it } from 'vitest';
import { scopesOf } from './role.js';
import { grants, SCOPES } from './scope.js';
import { isInForce, StoredToken } from './stored-token.js';
import {
  isSecretOf,
  newTokenId,
  newTokenSecret,
  parseTokenText,
  secretDigest,
  tokenText,
} from './token-text.js';

it('lets admins do everything, and others what they hold', () => {
  expect(SCOPES.every((needed) => grants(scopesOf('admin'), needed))).toBe(true);
  expect(SCOPES.filter((needed) => grants(scopesOf('operator'), needed))).toEqual(['read', 'operate']);
  expect(SCOPES.filter((needed) => grants(scopesOf('viewer'), needed))).toEqual(['read']);
  expect(SCOPES.filter((needed) => grants(['ingest'], needed))).toEqual(['ingest']);
});

it('reads back what it writes as a token', () => {
  const token = { id: newTokenId(), secret: newTokenSecret() };
  expect(parseTokenText(tokenText(token))).toEqual(token);
  expect(isSecretOf(token.secret, secretDigest(token.secret))).toBe(true);
  expect(isSecretOf(newTokenSecret(), secretDigest(token.secret))).toBe(false);
});

it.each(['', 'ap_', 'ap_0123456789abcdef_short', `xx_0123456789abcdef_${'a'.repeat(43)}`, 'Bearer'])(
  'takes %j for no token',
  (text) => {
    expect(parseTokenText(text)).toBeUndefined();
  },
);

it('knows when a token has ended', () => {
  const token = (changes: Partial<StoredToken>) =>
    Object.assign(new StoredToken(), { revoked: false }, changes);
  expect(isInForce(token({}))).toBe(true);
  expect(isInForce(token({ expires_at: '2999-01-01T00:00:00Z' }))).toBe(true);
  expect(isInForce(token({ expires_at: '2020-01-01T00:00:00Z' }))).toBe(false);
  expect(isInForce(token({ revoked: true }))).toBe(false);
});
