import { describe, expect, it } from 'vitest';
import { CronInstants } from './cron-instants.js';

const MINUTE_MS = 60_000;

function instants(cron: string, timeZone: string, after: string, count: number): string[] {
  const schedule = new CronInstants(cron, timeZone);
  let instantMs = Date.parse(after);
  return Array.from({ length: count }, () => {
    instantMs = schedule.next(instantMs);
    return new Date(instantMs).toISOString().replace(':00.000Z', 'Z');
  });
}

describe('CronInstants', () => {
  it('means the clock of its zone, in winter and in summer', () => {
    expect(instants('0 4 * * *', 'Europe/Madrid', '2026-01-15T12:00:00Z', 2)).toEqual([
      '2026-01-16T03:00Z',
      '2026-01-17T03:00Z',
    ]);
    expect(instants('0 4 * * *', 'Europe/Madrid', '2026-07-15T12:00:00Z', 1)).toEqual(['2026-07-16T02:00Z']);
  });

  it('takes six fields with seconds first, and begins strictly after the instant given', () => {
    const schedule = new CronInstants('*/10 * * * * *', 'UTC');
    const at = Date.parse('2026-11-22T10:00:10Z');
    expect(schedule.next(at)).toBe(at + 10_000);
    expect(schedule.next(at - 1)).toBe(at);
    expect(schedule.next(at + 9_999)).toBe(at + 10_000);
  });

  it('fires a time that the clocks skip once, at the first instant after the gap', () => {
    expect(instants('30 2 * * *', 'Europe/Madrid', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(instants('*/20 2 * * *', 'Europe/Madrid', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ]);
    expect(instants('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', 2)).toEqual([
      '2026-09-06T04:00Z',
      '2026-09-07T03:00Z',
    ]);
  });

  it('fires a time that comes twice once, the first time', () => {
    expect(instants('30 2 * * *', 'Europe/Madrid', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    expect(instants('30 2 * * *', 'Europe/Madrid', '2026-10-25T01:15:00Z', 1)).toEqual(['2026-10-26T01:30Z']);
  });

  it('goes by the stopwatch where every hour is meant', () => {
    expect(instants('30 * * * *', 'Australia/Sydney', '2026-04-04T14:00:00Z', 4)).toEqual([
      '2026-04-04T14:30Z',
      '2026-04-04T15:30Z',
      '2026-04-04T16:30Z',
      '2026-04-04T17:30Z',
    ]);
    expect(instants('30 * * * *', 'Europe/Madrid', '2026-03-29T00:00:00Z', 2)).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:30Z',
    ]);
    expect(instants('*/15 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:30:00Z', 4)).toEqual([
      '2026-04-04T14:45Z',
      '2026-04-04T15:00Z',
      '2026-04-04T15:15Z',
      '2026-04-04T15:30Z',
    ]);
  });

  it.each([
    ['Europe/Madrid', '2026-03-28T22:00:00Z'],
    ['Europe/Madrid', '2026-10-24T22:00:00Z'],
    ['America/New_York', '2026-11-01T03:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T12:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T13:00:00Z'],
    ['Australia/Sydney', '2026-04-04T13:00:00Z'],
    ['America/Santiago', '2026-04-05T01:00:00Z'],
  ])('gives the same instants wherever one starts to count: %s around %s', (timeZone, from) => {
    const startMs = Date.parse(from);
    for (const cron of [
      '*/15 * * * *',
      '30 * * * *',
      '30 2 * * *',
      '0 0 * * *',
      '15,45 1-3 * * *',
      '0 */2 * * *',
    ]) {
      const all: number[] = [startMs];
      const schedule = new CronInstants(cron, timeZone);
      while (all.at(-1)! < startMs + 600 * MINUTE_MS) {
        all.push(schedule.next(all.at(-1)!));
      }
      for (let minute = 0; minute < 600; minute += 7) {
        const after = startMs + minute * MINUTE_MS;
        const expected = all.find((instantMs) => instantMs > after);
        expect(new CronInstants(cron, timeZone).next(after), `${cron} after ${after}`).toBe(expected);
      }
    }
  });

  it.each(['* * *', '61 * * * *', '0 0 30 2 *', 'every day', ''])('refuses %j', (cron) => {
    expect(() => new CronInstants(cron, 'UTC')).toThrow(Error);
  });
});
