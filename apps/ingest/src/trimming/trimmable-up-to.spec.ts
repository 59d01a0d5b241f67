import { describe, expect, it } from 'vitest';
import { trimmableUpTo } from './trimmable-up-to.js';

function consumer(
  num_pending: number,
  num_ack_pending: number,
  floor: number,
): Parameters<typeof trimmableUpTo>[0][0] {
  return {
    num_pending,
    num_ack_pending,
    ack_floor: { consumer_seq: floor, stream_seq: floor, last_active: 0 },
  };
}

describe('trimmableUpTo', () => {
  it('is everything when nobody consumes, or everybody is done', () => {
    expect(trimmableUpTo([], 10)).toBe(11);
    expect(trimmableUpTo([consumer(0, 0, 3), consumer(0, 0, 10)], 10)).toBe(11);
  });

  it('stops before what anybody has not acknowledged', () => {
    expect(trimmableUpTo([consumer(0, 0, 10), consumer(0, 1, 4)], 10)).toBe(5);
    expect(trimmableUpTo([consumer(2, 0, 8), consumer(0, 1, 9)], 10)).toBe(9);
    expect(trimmableUpTo([consumer(5, 0, 0)], 10)).toBe(1);
  });
});
