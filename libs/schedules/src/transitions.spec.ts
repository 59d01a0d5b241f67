/// <reference lib="esnext.temporal" />
import { describe, expect, it } from 'vitest';
import { CronInstants } from './cron-instants.js';
import { clockMark, localTime } from './local-time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FROM_MS = Date.parse('2026-01-01T00:00:00Z');
const TO_MS = Date.parse('2036-01-01T00:00:00Z');
const ZONES = [
  'Europe/Madrid',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Europe/London',
  'Asia/Beirut',
  'Pacific/Chatham',
];

/** Every instant at which a zone's clocks change in ten years. */
function transitions(timeZone: string): number[] {
  const found: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(FROM_MS).toZonedDateTimeISO(timeZone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= TO_MS) {
      return found;
    }
    found.push(next.epochMilliseconds);
    at = next;
  }
}

/** What the clocks show, as minutes of their day. */
function shown(instantMs: number, timeZone: string): { day: string; minute: number } {
  const local = localTime(instantMs, timeZone);
  return { day: local.slice(0, 10), minute: Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16)) };
}

describe.each(ZONES)('%s', (timeZone) => {
  const changes = transitions(timeZone);

  it('has changes to look at', () => {
    expect(changes.length).toBeGreaterThanOrEqual(18);
  });

  /** By brute force, every minute around a change: what a daily time has to fire at. */
  function expectedDaily(minuteOfDay: number, fromMs: number, toMs: number): number[] {
    const fires: number[] = [];
    const daysFired = new Set<string>();
    let before = shown(fromMs - MINUTE_MS, timeZone);
    for (let at = fromMs; at < toMs; at += MINUTE_MS) {
      const now = shown(at, timeZone);
      const isJump = now.day === before.day ? now.minute > before.minute + 1 : now.minute > 0;
      const from = now.day === before.day ? before.minute + 1 : 0;
      const isDue = isJump ? from <= minuteOfDay && minuteOfDay <= now.minute : now.minute === minuteOfDay;
      if (isDue && !daysFired.has(now.day)) {
        daysFired.add(now.day);
        fires.push(at);
      }
      before = now;
    }
    return fires;
  }

  it('fires each daily time once a day around every change of ten years', () => {
    for (const changeMs of changes) {
      const [fromMs, toMs] = [changeMs - 26 * HOUR_MS, changeMs + 26 * HOUR_MS];
      const local = shown(changeMs, timeZone);
      const minutes = [-45, -30, 0, 15].map((each) => (local.minute + each + 1_440) % 1_440);
      for (const minuteOfDay of minutes) {
        const cron = `${minuteOfDay % 60} ${Math.floor(minuteOfDay / 60)} * * *`;
        const instants = new CronInstants(cron, timeZone);
        const fires: number[] = [];
        for (let at = instants.next(fromMs - 1); at < toMs; at = instants.next(at)) {
          fires.push(at);
        }
        const expected = expectedDaily(minuteOfDay, fromMs, toMs);
        const local = (times: readonly number[]): string[] => [
          cron,
          ...times.map((time) => localTime(time, timeZone)),
        ];
        expect(local(fires)).toEqual(local(expected));
      }
    }
  });

  it('goes by the stopwatch through every change where every hour is meant', () => {
    for (const changeMs of changes) {
      const instants = new CronInstants('*/15 * * * *', timeZone);
      let at = instants.next(changeMs - 3 * HOUR_MS - 1);
      while (at < changeMs + 3 * HOUR_MS) {
        const next = instants.next(at);
        expect([localTime(at, timeZone), next - at]).toEqual([localTime(at, timeZone), 15 * MINUTE_MS]);
        at = next;
      }
    }
  });

  /** How far the clocks go back at a change; negative when they go ahead. */
  function backMsAt(changeMs: number): number {
    const offsets = [changeMs - 1, changeMs].map(
      (at) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).offsetNanoseconds,
    );
    return (offsets[0]! - offsets[1]!) / 1_000_000;
  }

  const everyMinute = new CronInstants('* * * * *', timeZone);

  it('marks times that come twice, and nothing else', () => {
    for (const changeMs of changes.filter((each) => backMsAt(each) > 0)) {
      const backMs = backMsAt(changeMs);
      const marks = [-backMs - 1, -backMs, -1, 0, backMs - 1, backMs].map((each) =>
        clockMark(everyMinute, changeMs + each, timeZone),
      );
      const twice = ['first_of_two', 'first_of_two', 'second_of_two', 'second_of_two'];
      expect(marks).toEqual([null, ...twice, null]);
    }
  });

  it('marks what stands for a time that is skipped, and nothing else', () => {
    for (const changeMs of changes.filter((each) => backMsAt(each) < 0)) {
      const skipped = shown(changeMs - MINUTE_MS, timeZone).minute + 15;
      const instants = new CronInstants(`${skipped % 60} ${Math.floor(skipped / 60) % 24} * * *`, timeZone);
      const fire = instants.next(changeMs - 1);
      expect([fire, clockMark(instants, fire, timeZone)]).toEqual([changeMs, 'skipped_time']);
      expect(clockMark(everyMinute, changeMs, timeZone)).toBeNull();
    }
  });
});
