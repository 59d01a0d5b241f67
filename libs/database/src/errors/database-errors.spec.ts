import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable, isDataError, isTransient, sqlStateOf } from './database-errors.js';
import { DatabaseUnavailableException } from './database-unavailable.exception.js';

function failed(code: string | undefined, message = 'failed'): QueryFailedError {
  return new QueryFailedError('SELECT 1', [], Object.assign(new Error(message), { code }));
}

function verdictOn(error: unknown) {
  return {
    unavailable: isDatabaseUnavailable(error),
    transient: isTransient(error),
    data: isDataError(error),
  };
}

describe('kinds of database errors', () => {
  it.each([
    '08006',
    '08P01',
    '28P01',
    '3D000',
    '53300',
    '53100',
    '57P01',
    '57P03',
    '57014',
    '55P03',
    '25006',
  ])('takes SQLSTATE %s for a database that is not available', (code) => {
    expect(verdictOn(failed(code))).toEqual({ unavailable: true, transient: false, data: false });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT'])(
    'takes %s for a database that is not available',
    (code) => {
      const error = Object.assign(new Error('socket'), { code });
      expect(verdictOn(error)).toEqual({ unavailable: true, transient: false, data: false });
      expect(isDatabaseUnavailable(new AggregateError([error]))).toBe(true);
      expect(sqlStateOf(error)).toBeUndefined();
    },
  );

  it.each([
    new DatabaseUnavailableException(),
    failed(undefined, 'Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
  ])('takes "%s" for a database that is not available', (error) => {
    expect(verdictOn(error)).toEqual({ unavailable: true, transient: false, data: false });
  });

  it.each(['40001', '40P01'])('takes SQLSTATE %s for two transactions that met', (code) => {
    expect(verdictOn(failed(code))).toEqual({ unavailable: false, transient: true, data: false });
  });

  it.each(['22003', '22P05', '23514', '23505', '54000'])('takes SQLSTATE %s for bad data', (code) => {
    expect(verdictOn(failed(code))).toEqual({ unavailable: false, transient: false, data: true });
  });

  it.each([failed('42P01'), failed('42501'), new TypeError('a bug'), undefined, 'text'])(
    'makes nothing of %s',
    (error) => {
      expect(verdictOn(error)).toEqual({ unavailable: false, transient: false, data: false });
    },
  );
});
