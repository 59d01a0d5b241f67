import { TooManyRequestsException } from '#http';
import { expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.js';

const PASSWORD = 'correct horse battery';

it('knows a password by its hash, which says what it cost', async () => {
  const hasher = new PasswordHasher();
  const hash = await hasher.hash(PASSWORD);
  expect(hash).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await hasher.hash(PASSWORD)).not.toBe(hash);
  expect([await hasher.matches(PASSWORD, hash), await hasher.matches('another', hash)]).toEqual([
    true,
    false,
  ]);
});

it.each([undefined, '', 'scrypt$15$8$3$x', 'plain text'])(
  'matches nothing when the hash is %j',
  async (hash) => {
    expect(await new PasswordHasher().matches(PASSWORD, hash)).toBe(false);
  },
);

it('lets few wait', async () => {
  const hasher = new PasswordHasher();
  const outcomes = await Promise.allSettled(Array.from({ length: 21 }, async () => await hasher.hash('x')));
  const refused = outcomes
    .filter((each) => each.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  expect(refused).toEqual([expect.any(TooManyRequestsException)]);
}, 30_000);
