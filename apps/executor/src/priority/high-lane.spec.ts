import { RetryableException } from '#jetstream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HighLane } from './high-lane.js';
import type { LaneCounts } from './lane-counts.js';

const NOTHING: LaneCounts = { pending: 0, unsettled: 0, delivered: 4, normalPending: 0, placesTaken: 0 };

let counts: LaneCounts;
let counted: number;
let waiting: number;
let isOpen: boolean;
let places: string[];
let lane: HighLane;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [counts, counted, waiting, isOpen, places] = [NOTHING, 0, 0, true, []];
  lane = new HighLane('example', {
    limit: 3,
    count: async () => {
      counted += 1;
      return await Promise.resolve(counts);
    },
    isOpen: () => isOpen,
    runOne: async () => {
      waiting -= 1;
      return await Promise.resolve(waiting >= 0);
    },
    makePlace: async (reason) => {
      places.push(reason);
      await Promise.resolve();
    },
  });
});

afterEach(() => {
  lane.close();
  vi.useRealTimers();
});

describe('HighLane', () => {
  it('is nothing to look at until it is heard of, and asks nobody', async () => {
    await vi.advanceTimersByTimeAsync(600_000);
    expect([lane.isWorthALook, counted]).toEqual([false, 0]);
    lane.hear();
    expect(lane.isWorthALook).toBe(true);
  });

  it('is forgotten when what was heard of does not come', async () => {
    lane.hear();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(lane.isWorthALook).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lane.isWorthALook).toBe(false);
    const before = counted;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(counted).toBe(before);
  });

  it('makes as many places as there are requests and the limit leaves', async () => {
    counts = { ...NOTHING, pending: 5, placesTaken: 1 };
    lane.hear();
    await vi.advanceTimersByTimeAsync(0);
    expect(places).toEqual(['5.0', '6.0']);
  });

  it.each([
    ['while normal requests wait, which are places', { pending: 5, normalPending: 1 }],
    ['while all are taken', { pending: 5, placesTaken: 3 }],
    ['for what is not there', {}],
  ])('makes none %s', async (_when, changes) => {
    counts = { ...NOTHING, ...changes };
    lane.hear();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(places).toEqual([]);
  });

  it('makes none while the agent is paused', async () => {
    counts = { ...NOTHING, pending: 1 };
    isOpen = false;
    lane.hear();
    await vi.advanceTimersByTimeAsync(500);
    expect(places).toEqual([]);
    isOpen = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(places[0]).toMatch(/^5\./);
  });

  it('runs one after the other until there is none, and takes no look for a while then', async () => {
    lane.hear();
    waiting = 3;
    await lane.runAll(() => true);
    expect([waiting, lane.isWorthALook]).toEqual([-1, false]);
    counts = { ...NOTHING, unsettled: 1 };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lane.isWorthALook).toBe(true);
  });

  it('stops when the caller may not go on', async () => {
    waiting = 3;
    await lane.runAll(() => waiting > 1);
    expect(waiting).toBe(1);
  });

  it('makes a place when a request is due again, and for what others may have lost', async () => {
    const retry = lane.track(async () => await Promise.reject(new RetryableException('again', 1_000)));
    await expect(retry).rejects.toThrow('again');
    counts = { ...NOTHING, unsettled: 1 };
    lane.hear();
    await vi.advanceTimersByTimeAsync(900);
    expect(places).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(places[0]).toMatch(/^due\.4\./);
    await lane.runAll(() => true);
    places.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...new Set(places)]).toEqual(['lost.4.0', 'lost.4.1']);
  });
});
