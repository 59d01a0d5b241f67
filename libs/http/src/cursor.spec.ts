import { ContractViolation } from '#contracts';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.js';

it('finds its place again', () => {
  expect(decodeCursor(encodeCursor([7, 'a.b']), ['number', 'string'])).toEqual([7, 'a.b']);
});

it.each([
  '',
  '7',
  'bm90',
  encodeCursor(['7']),
  encodeCursor([7, 8]),
  encodeCursor([1.5]),
  encodeCursor([1e20]),
])('refuses %j', (cursor) => {
  expect(() => decodeCursor(cursor, ['number'])).toThrow(ContractViolation);
});
