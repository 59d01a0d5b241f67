import { MAX_PACKED_EVENTS, RunReported } from '#contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PackedReports } from './packed-reports.js';
import type { ReportKeeper } from './report-keeper.js';
import type { ReportOutcome } from './report-outcome.js';

function event(request_id: string): RunReported {
  return Object.assign(new RunReported(), { request_id });
}

/** Stores when it is told to. */
class HeldKeeper {
  readonly groups: { ids: string[]; patienceMs: number; held: PromiseWithResolvers<void> }[] = [];

  async store(events: readonly RunReported[], patienceMs: number): Promise<ReportOutcome[]> {
    const ids = events.map(({ request_id }) => request_id);
    const held = Promise.withResolvers<void>();
    this.groups.push({ ids, patienceMs, held });
    await held.promise;
    return ids.map((reason) => ({ kind: 'refused', reason }));
  }
}

describe('PackedReports', () => {
  let keeper: HeldKeeper;
  let packed: PackedReports;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    keeper = new HeldKeeper();
    packed = new PackedReports(keeper as unknown as ReportKeeper);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function groups(): string[][] {
    return keeper.groups.map(({ ids }) => ids);
  }

  function take(...ids: string[]): Promise<ReportOutcome>[] {
    return ids.map(async (id) => await packed.take(event(id)));
  }

  it('stores what arrives meanwhile together next, and answers each by its own', async () => {
    const outcomes = Promise.all(take('a', 'b', 'c'));
    expect(groups()).toEqual([['a']]);
    keeper.groups[0]!.held.resolve();
    await vi.waitFor(() => expect(groups()).toEqual([['a'], ['b', 'c']]));
    keeper.groups[1]!.held.resolve();
    expect(await outcomes).toEqual(['a', 'b', 'c'].map((reason) => ({ kind: 'refused', reason })));
  });

  it('holds a group back while another is on its way, but not for long', async () => {
    void take('a', 'b', 'c');
    await vi.advanceTimersByTimeAsync(19);
    expect(groups()).toEqual([['a']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(groups()).toEqual([['a'], ['b', 'c']]);
  });

  it('waits for none once as many have come as one message holds', () => {
    const ids = Array.from({ length: 1 + MAX_PACKED_EVENTS }, (_, index) => String(index));
    void take(...ids);
    expect(groups().map(({ length }) => length)).toEqual([1, MAX_PACKED_EVENTS]);
  });

  it('gives the broker no more time for those who have waited for it already', async () => {
    void take('a');
    void take('b');
    await vi.advanceTimersByTimeAsync(15);
    keeper.groups[0]!.held.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(keeper.groups.map(({ patienceMs }) => patienceMs)).toEqual([2_000, 1_985]);
  });

  it('tells a group why it could not be stored, and goes on with the next', async () => {
    const [first] = take('a', 'b');
    keeper.groups[0]!.held.reject(new Error('too large'));
    await expect(first).rejects.toThrow('too large');
    expect(groups()).toEqual([['a'], ['b']]);
  });
});
