import { DatabaseUnavailableException } from '#database';
import { UnavailableException } from '#http';
import { BrokerUnavailableException, StreamFullException } from '#jetstream';
import { QueryFailedError } from 'typeorm';
import { expect, it } from 'vitest';
import { translateError } from './translate-error.js';

function cancelled(): Error {
  return new QueryFailedError(
    'SELECT',
    [],
    Object.assign(new Error('canceling statement'), { code: '57014' }),
  );
}

it.each([
  ['NATS is away', new BrokerUnavailableException('secret address')],
  ['NATS takes nothing more', new StreamFullException('runs.requests.x')],
  ['Postgres is away', new DatabaseUnavailableException()],
  ['Postgres takes too long', cancelled()],
])('says that %s, and when to come again', (what, error) => {
  const told = translateError(error);
  expect(told).toBeInstanceOf(UnavailableException);
  expect(told).toMatchObject({ message: expect.stringContaining(what), retryAfterSeconds: 5, cause: error });
});

it('leaves everything else as it is', () => {
  const error = new Error('a bug');
  expect(translateError(error)).toBe(error);
});
