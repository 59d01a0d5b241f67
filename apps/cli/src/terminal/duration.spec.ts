import { describe, expect, it } from 'vitest';
import { duration, span } from './duration.js';

describe('duration', () => {
  it.each([
    [-3, '0 ms'],
    [0.4, '0 ms'],
    [999, '999 ms'],
    [1_550, '1.5 s'],
    [59_990, '59.9 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
  ])('says %d ms in words', (ms, text) => expect(duration(ms)).toBe(text));

  it('is not known of what has not ended', () => {
    expect(span('2026-11-22T12:00:00Z', null)).toBe('-');
    expect(span('2026-11-22T12:00:00Z', '2026-11-22T12:00:02Z')).toBe('2.0 s');
  });
});
