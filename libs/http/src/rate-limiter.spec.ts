import { expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

it('gives a minute at once, and then as time goes by', () => {
  let now = 0;
  const limiter = new RateLimiter(60, () => now);
  for (let count = 0; count < 60; count += 1) {
    expect(limiter.take('a')).toBe(0);
  }
  expect(limiter.take('a')).toBe(1);
  expect(limiter.take('b')).toBe(0);
  now = 1_000;
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 1]);
});

it('says how long to wait', () => {
  const limiter = new RateLimiter(1, () => 0);
  limiter.take('a');
  expect(limiter.take('a')).toBe(60);
});
