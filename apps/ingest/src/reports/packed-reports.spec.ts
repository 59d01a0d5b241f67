import { RunReported } from '#contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IncomingReport } from './incoming-report.js';
import { PackedReports } from './packed-reports.js';
import type { KeptReports, ReportKeeper } from './report-keeper.js';
import type { ReportOutcome } from './report-outcome.js';

function event(request_id: string): RunReported {
  return Object.assign(new RunReported(), { request_id });
}

/** Keeps and commits when it is told to. */
class HeldKeeper {
  readonly groups: { ids: string[]; patienceMs: number }[] = [];
  readonly keeping: PromiseWithResolvers<void>[] = [];
  readonly committing: PromiseWithResolvers<void>[] = [];

  async keep(reports: readonly IncomingReport[], patienceMs: number): Promise<KeptReports> {
    this.groups.push({ ids: reports.map(({ event: { request_id } }) => request_id), patienceMs });
    const held = Promise.withResolvers<void>();
    this.keeping.push(held);
    await held.promise;
    return { events: reports.map((report) => report.event), kept: [], settle: () => undefined };
  }

  async commit({ events }: KeptReports): Promise<ReportOutcome[]> {
    const held = Promise.withResolvers<void>();
    this.committing.push(held);
    await held.promise;
    return events.map(({ request_id }) => ({ kind: 'refused', reason: request_id }));
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

  async function groupsAre(...groups: string[][]): Promise<void> {
    await vi.waitFor(() => expect(keeper.groups.map(({ ids }) => ids)).toEqual(groups));
  }

  it('publishes what arrives during a publish together in the next one, and answers each by its own', async () => {
    const outcomes = Promise.all(['a', 'b', 'c'].map(async (id) => await packed.take(event(id))));
    await groupsAre(['a']);
    keeper.keeping[0]!.resolve();
    await vi.waitFor(() => expect(keeper.committing).toHaveLength(1));
    keeper.committing[0]!.resolve();
    await groupsAre(['a'], ['b', 'c']);
    keeper.keeping[1]!.resolve();
    await vi.waitFor(() => expect(keeper.committing).toHaveLength(2));
    keeper.committing[1]!.resolve();
    expect(await outcomes).toEqual(['a', 'b', 'c'].map((reason) => ({ kind: 'refused', reason })));
  });

  it('holds a group back during a commit, but not for long', async () => {
    void packed.take(event('a'));
    keeper.keeping[0]!.resolve();
    await vi.waitFor(() => expect(keeper.committing).toHaveLength(1));
    void packed.take(event('b'));
    void packed.take(event('c'));
    expect(keeper.groups).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    await groupsAre(['a'], ['b', 'c']);
  });

  it('gives the broker no more time for those who have waited for it already', async () => {
    void packed.take(event('a')).catch(() => undefined);
    void packed.take(event('b')).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_500);
    keeper.keeping[0]!.reject(new Error('no'));
    await groupsAre(['a'], ['b']);
    const [first, second] = keeper.groups.map(({ patienceMs }) => patienceMs);
    expect(first).toBeGreaterThan(1_900);
    expect(second).toBeLessThanOrEqual(500);
  });

  it('tells a group why it could not be published, and goes on with the next', async () => {
    const first = packed.take(event('a'));
    void packed.take(event('b'));
    keeper.keeping[0]!.reject(new Error('too large'));
    await expect(first).rejects.toThrow('too large');
    await groupsAre(['a'], ['b']);
  });
});
