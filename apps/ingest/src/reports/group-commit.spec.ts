import { RunReported } from '#contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchWriter } from '../writer/batch-writer.js';
import { GroupCommit } from './group-commit.js';

type Outcome = Awaited<ReturnType<BatchWriter['writeOrSplit']>>;

function event(request_id: string): RunReported {
  return Object.assign(new RunReported(), { request_id });
}

/** Writes when it is told to, and remembers the batches. */
class HeldWriter {
  readonly batches: string[][] = [];
  private readonly held: { batch: readonly RunReported[]; resolve: (outcome: Outcome) => void }[] = [];

  async writeOrSplit(batch: readonly RunReported[]): Promise<Outcome> {
    this.batches.push(batch.map(({ request_id }) => request_id));
    return await new Promise((resolve) => this.held.push({ batch, resolve }));
  }

  release(refusedIds: readonly string[] = []): void {
    const { batch, resolve } = this.held.shift()!;
    const isRefused = ({ request_id }: RunReported): boolean => refusedIds.includes(request_id);
    resolve({
      written: new Map(
        batch
          .filter((item) => !isRefused(item))
          .map(({ request_id }) => [request_id, { runId: 1, transitioned: true, reportHash: null }]),
      ),
      refused: batch.filter(isRefused).map((item) => ({ item, reason: 'poison' })),
    });
  }
}

describe('GroupCommit', () => {
  let writer: HeldWriter;
  let commits: GroupCommit;

  beforeEach(() => {
    vi.useFakeTimers();
    writer = new HeldWriter();
    commits = new GroupCommit(writer as unknown as BatchWriter);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes what arrives during a transaction together in the next one', async () => {
    const all = Promise.all(['a', 'b', 'c'].map((id) => commits.commit([event(id)])));
    expect(writer.batches).toEqual([['a']]);
    writer.release();
    await vi.waitFor(() => expect(writer.batches).toEqual([['a'], ['b', 'c']]));
    writer.release();
    expect(await all).toHaveLength(3);
  });

  it('refuses a report whose values can not be stored, and writes its neighbours', async () => {
    const bad = commits.commit([event('bad'), event('neighbour')]);
    writer.release(['bad']);
    const { written, refused } = (await bad)!;
    expect([...written.keys()]).toEqual(['neighbour']);
    expect(refused).toEqual(new Map([['bad', 'poison']]));
    const good = commits.commit([event('good')]);
    writer.release();
    expect((await good)?.written.get('good')).toMatchObject({ runId: 1 });
  });

  it('gives up after three seconds, and does not write later what nobody waits for', async () => {
    const outcomes = Promise.all(['under way', 'in the queue'].map((id) => commits.commit([event(id)])));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await outcomes).toEqual([undefined, undefined]);
    const third = commits.commit([event('afterwards')]);
    writer.release();
    await vi.waitFor(() => expect(writer.batches).toEqual([['under way'], ['afterwards']]));
    writer.release();
    expect((await third)?.written.get('afterwards')).toMatchObject({ runId: 1 });
  });
});
