import { describe, expect, it } from 'vitest';
import { nanosOf } from './nanos-of.js';

describe('nanosOf', () => {
  it.each([
    ['1970-01-01T00:00:01Z', 1_000_000_000n],
    ['1970-01-01T00:00:01.5Z', 1_500_000_000n],
    ['1970-01-01T00:00:01.000000001Z', 1_000_000_001n],
    ['2026-11-22T08:50:29.123456789Z', 1_795_337_429_123_456_789n],
    ['2026-11-22T09:50:29.12345678+01:00', 1_795_337_429_123_456_780n],
  ])('keeps every digit of %s', (timestamp, nanos) => {
    expect(nanosOf(timestamp)).toBe(nanos);
  });
});
