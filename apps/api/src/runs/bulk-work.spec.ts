import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { workOnEach } from './bulk-work.js';

const ITEMS = Array.from({ length: 120 }, (_, index) => index);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('has what came of each, in order', async () => {
  const { done, stoppedAfter } = await workOnEach(ITEMS, async (item) => await Promise.resolve(item * 2));
  expect(done).toEqual(ITEMS.map((item) => item * 2));
  expect(stoppedAfter).toBeUndefined();
});

it('begins no more when an answer is due, and says where it stopped', async () => {
  const work = workOnEach(ITEMS, async (item) => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    return item;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  const { done, stoppedAfter } = await work;
  expect([done.length, stoppedAfter]).toEqual([100, 99]);
});
