import { beforeEach, describe, expect, it } from 'vitest';
import { ScheduleBook } from './schedule-book.js';

function agentEntry(name: string, schedules: object[]): Uint8Array {
  const limits = { concurrency: 1, attemptLimit: 1, timeLimitMs: 1_000, retryDelayMs: 1_000 };
  return Buffer.from(
    JSON.stringify({ group: 'default', declaration: { name, description: '', ...limits, schedules } }),
  );
}

function storedEntry(changes: object = {}): Uint8Array {
  return Buffer.from(JSON.stringify({ agent: 'one', name: 'hourly', cron: '0 * * * *', ...changes }));
}

const NIGHTLY = { name: 'nightly', cron: '0 4 * * *', timeZone: 'Europe/Madrid' };

describe('ScheduleBook', () => {
  let book: ScheduleBook;
  let leftOut: string[];
  let changed: string[];

  beforeEach(() => {
    leftOut = [];
    changed = [];
    book = new ScheduleBook({
      changed: (key, schedule) => changed.push(`${key} ${schedule?.source ?? 'gone'}`),
      leftOut: (key, reason) => leftOut.push(`${key}: ${reason}`),
    });
  });

  it('has what agents declare and what is stored, with defaults', () => {
    book.putAgent('one', agentEntry('one', [NIGHTLY]));
    book.putStored('one.hourly', storedEntry());
    expect(book.keys().toSorted()).toEqual(['one.hourly', 'one.nightly']);
    expect(book.get('one.nightly')).toMatchObject({
      source: 'code',
      definition: { time_zone: 'Europe/Madrid', missed_fires: 'last', overlap: 'skip', missed_max: 100 },
    });
    expect(book.get('one.hourly')).toMatchObject({ source: 'stored', definition: { time_zone: 'UTC' } });
    expect(changed).toEqual(['one.nightly code', 'one.hourly stored']);
  });

  it('forgets what is gone', () => {
    book.putAgent('one', agentEntry('one', [NIGHTLY]));
    book.putAgent('one', agentEntry('one', []));
    book.putStored('one.hourly', storedEntry());
    book.putStored('one.hourly', undefined);
    expect(book.keys()).toEqual([]);
    expect(changed.slice(-1)).toEqual(['one.hourly gone']);
  });

  it('keeps pauses of both kinds, also those that come before the schedule', () => {
    book.putStored('one.nightly.paused', Buffer.from('{"at":"2026-11-22T10:00:00Z","by":"me"}'));
    book.putAgent('one', agentEntry('one', [NIGHTLY]));
    expect(book.get('one.nightly')?.pause).toEqual({ at: '2026-11-22T10:00:00Z', by: 'me' });
    book.putStored('one.nightly.paused', Buffer.from('by hand'));
    expect(book.get('one.nightly')?.pause).toEqual({});
    book.putStored('one.nightly.paused', undefined);
    expect(book.get('one.nightly')?.pause).toBeUndefined();
  });

  it('lets code win over a stored schedule of the same name, and says so', () => {
    book.putStored('one.nightly', storedEntry({ name: 'nightly' }));
    book.putAgent('one', agentEntry('one', [NIGHTLY]));
    expect(book.get('one.nightly')?.source).toBe('code');
    expect(leftOut).toEqual(['one.nightly: the agent declares a schedule of this name in code']);
    book.putAgent('one', undefined);
    expect(book.get('one.nightly')?.source).toBe('stored');
  });

  it.each([
    ['no JSON', '{', 'the message must be valid JSON in UTF-8'],
    ['another key', storedEntry({ name: 'other' }), 'agent and name must be the key of the entry'],
    [
      'two rules',
      storedEntry({ every_ms: 1_000 }),
      'cron or every_ms or at must be given, exactly one of them',
    ],
    ['parts of seconds', storedEntry({ cron: undefined, every_ms: 1_500 }), 'must be whole seconds'],
    ['too often', storedEntry({ cron: undefined, every_ms: 10 }), 'every_ms must be at least 1000 ms'],
    ['no zone', storedEntry({ time_zone: 'Europe/Nowhere' }), 'time_zone must be an IANA time zone'],
    ['too many', storedEntry({ missed_max: 1_000 }), 'missed_max must be at most 200'],
    ['another policy', storedEntry({ overlap: 'sometimes' }), 'overlap must be one of allow, skip, queue'],
  ])('leaves out a stored schedule with %s, whatever stood there before', (_what, value, reason) => {
    book.putStored('one.hourly', storedEntry());
    book.putStored('one.hourly', Buffer.from(value));
    expect(book.keys()).toEqual([]);
    expect(leftOut).toEqual([expect.stringContaining(reason)]);
  });

  it('takes no notice of what is nobody’s schedule', () => {
    book.putStored('published', Buffer.from('7'));
    book.putStored('one.hourly.other', Buffer.from('{}'));
    expect([book.keys(), leftOut, changed]).toEqual([[], [], []]);
  });

  it('forgets what a new reading of the buckets does not find', () => {
    book.putAgent('one', agentEntry('one', [NIGHTLY]));
    book.putAgent('two', agentEntry('two', [NIGHTLY]));
    book.putStored('one.hourly', storedEntry());
    book.putStored('two.nightly.paused', Buffer.from('{}'));
    book.keepAgents(new Set(['two']));
    book.keepStored(new Set(['published']));
    expect(book.keys()).toEqual(['two.nightly']);
    expect(book.get('two.nightly')?.pause).toBeUndefined();
  });
});
