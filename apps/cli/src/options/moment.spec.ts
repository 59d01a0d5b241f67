import { InvalidArgumentError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { moment } from './moment.js';

describe('moment', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-22T12:00:00Z') }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['2026-11-22T04:00:00Z', '2026-11-22T04:00:00.000Z'],
    ['2026-11-22T04:00+01:00', '2026-11-22T03:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['-2h', '2026-11-22T10:00:00.000Z'],
    ['+30m', '2026-11-22T12:30:00.000Z'],
    ['-7d', '2026-11-15T12:00:00.000Z'],
  ])('reads %s', (text, time) => expect(moment(text)).toBe(time));

  it.each(['', 'noon', '2h', '-2w', '2026-13-01', '2026-11-22T04:00:00', '11/22/2026'])(
    'refuses "%s"',
    (text) => expect(() => moment(text)).toThrow(InvalidArgumentError),
  );
});
