import { CronTime } from 'cron';
import { expect, it } from 'vitest';
import { ClockFace } from './clock-face.js';

const START_MS = Date.parse('2026-11-22T10:00:30Z');

it.each([
  '* * * * *',
  '*/10 * * * * *',
  '0 4 * * 1-5',
  '30 2 1,15 * *',
  '15 10 13 * 5',
  '0 0 1 jan sun',
  '5/20 8-18/3 * 2,4-6 7',
  '59 59 23 31 12 *',
  '@weekly',
])('finds what the cron package finds: %s', (cron) => {
  const face = new ClockFace(cron);
  const time = new CronTime(cron, 'UTC');
  let shownMs = START_MS;
  for (let count = 0; count < 5; count += 1) {
    const expected = time.getNextDateFrom(new Date(shownMs), 'UTC').toMillis();
    shownMs = face.next(shownMs);
    expect(new Date(shownMs).toISOString()).toBe(new Date(expected).toISOString());
    expect(face.matches(shownMs)).toBe(true);
    expect(face.matches(shownMs + 1)).toBe(false);
  }
});

it('finds a day that is decades away, and none that never comes', () => {
  const leapSunday = new ClockFace('0 0 29 2 *').next(Date.parse('2096-03-01T00:00:00Z'));
  expect(new Date(leapSunday).toISOString()).toBe('2104-02-29T00:00:00.000Z');
  expect(new ClockFace('0 0 30 2 *').next(START_MS)).toBe(Infinity);
});
