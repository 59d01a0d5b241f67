import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inTime } from './in-time.js';

function late(): Error {
  return new Error('late');
}

it('passes on what comes in time', async () => {
  expect(await inTime(Promise.resolve(5), 1_000, late)).toBe(5);
  await expect(inTime(Promise.reject(new Error('bad')), 1_000, late)).rejects.toThrow('bad');
});

it('fails when it takes too long, also when the work fails after that', async () => {
  const work = setTimeout(20).then(() => Promise.reject(new Error('bad')));
  await expect(inTime(work, 5, late)).rejects.toThrow('late');
  await expect(work).rejects.toThrow('bad');
});
