import { describe, expect, it } from 'vitest';
import { fireRequestId } from './fire-request-id.js';
import { assertRequestId, REQUEST_ID_PATTERN } from './request-id.js';
import { storedRequestId } from './stored-request-id.js';

describe('assertRequestId', () => {
  it.each(['a', 'A-z_0', '-', 'k'.repeat(100)])('takes %j', (requestId) => {
    expect(() => assertRequestId(requestId)).not.toThrow();
  });

  it.each(['', ' ', 'a.b', 'a*', 'a>', 'a\n', 'ñ', 'k'.repeat(101)])(
    'refuses %j by the name of its field',
    (id) => {
      expect(() => assertRequestId(id, 'Idempotency-Key')).toThrow(
        'Idempotency-Key must be 1 to 100 characters of A-Z, a-z, 0-9, _ and -',
      );
    },
  );
});

describe('fireRequestId', () => {
  const AT = new Date('2026-11-22T04:00:00.999Z');

  it('follows from agent, schedule and second', () => {
    expect(fireRequestId('machine_health', 'daily', AT)).toBe('machine_health-daily-20261122T040000Z');
  });

  it('keeps to the bound with the longest names, and tells them apart', () => {
    const fit = fireRequestId('a'.repeat(76), 'daily', AT);
    const long = fireRequestId('a'.repeat(100), 's'.repeat(50), AT);
    const other = fireRequestId('a'.repeat(100), 't'.repeat(50), AT);
    expect(fit).toBe(`${'a'.repeat(76)}-daily-20261122T040000Z`);
    expect(fit).toHaveLength(99);
    expect(long).toMatch(/^[0-9a-f]{32}-20261122T040000Z$/);
    expect(long).toMatch(REQUEST_ID_PATTERN);
    expect(other).not.toBe(long);
    expect(fireRequestId('a'.repeat(100), 's'.repeat(50), AT)).toBe(long);
  });
});

describe('storedRequestId', () => {
  it('tells streams that were made anew apart by the time', () => {
    const first = storedRequestId(1, 1_771_495_200_000_000_000n);
    const second = storedRequestId(1, 1_771_495_200_000_000_001n);
    expect(first).toMatch(REQUEST_ID_PATTERN);
    expect(first).not.toBe(second);
    expect(storedRequestId(Number.MAX_SAFE_INTEGER, 2n ** 63n)).toMatch(REQUEST_ID_PATTERN);
  });
});
