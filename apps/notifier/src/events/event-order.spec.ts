import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentStreaks } from '../streaks/agent-streaks.js';
import type { EventHistory } from './event-history.js';
import { EventOrder } from './event-order.js';
import type { StoredMessage } from './stored-message.js';

function stored(sequence: number, storedAtNanos = BigInt(sequence)): StoredMessage {
  return { subject: 'runs.events.r', data: new Uint8Array(), sequence, storedAtNanos };
}

/** A stream without the messages of some sequences, up to one of which others have decided. */
class History implements Pick<EventHistory, keyof EventHistory> {
  decided = 0;
  readonly deleted = new Set<number>();
  readonly read: number[] = [];

  async decidedUpTo(): Promise<number> {
    return await Promise.resolve(this.decided);
  }

  async *between(after: number, before: number): AsyncGenerator<readonly StoredMessage[]> {
    for (let sequence = after + 1; sequence < before; sequence += 1) {
      if (!this.deleted.has(sequence)) {
        this.read.push(sequence);
        yield await Promise.resolve([stored(sequence)]);
      }
    }
  }
}

describe('EventOrder', () => {
  let history: History;
  let order: EventOrder;
  let forgotten: number;

  beforeEach(() => {
    history = new History();
    forgotten = 0;
    const streaks: Pick<AgentStreaks, 'forget'> = {
      forget: () => {
        forgotten += 1;
      },
    };
    order = new EventOrder(history as unknown as EventHistory, streaks as AgentStreaks);
  });

  /** @param failAt sequence of a message that can't be handled */
  async function handle(messages: readonly StoredMessage[], failAt?: number): Promise<number[]> {
    const handled: number[] = [];
    for await (const some of order.upTo(messages)) {
      if (some.some(({ sequence }) => sequence === failAt)) {
        throw new Error('not now');
      }
      handled.push(...some.map(({ sequence }) => sequence));
    }
    return handled;
  }

  it('begins after what others have decided on', async () => {
    history.decided = 10;
    expect(await handle([stored(12), stored(11)])).toEqual([11, 12]);
    expect(history.read).toEqual([]);
  });

  it('reads what was given to others, and handles nothing twice', async () => {
    expect(await handle([stored(1), stored(4), stored(2)])).toEqual([1, 2, 3, 4]);
    expect(await handle([stored(3), stored(2), stored(5), stored(8)])).toEqual([5, 6, 7, 8]);
    expect(history.read).toEqual([3, 6, 7]);
    expect(forgotten).toBe(1);
  });

  it('does not look for what the stream has lost', async () => {
    history.deleted.add(2).add(3);
    expect(await handle([stored(1), stored(4)])).toEqual([1, 4]);
    expect(await handle([stored(5)])).toEqual([5]);
  });

  it('leaps over what others have decided on meanwhile, and forgets what it knew of the streaks', async () => {
    await handle([stored(1)]);
    history.decided = 1_000;
    expect(await handle([stored(1_003)])).toEqual([1_001, 1_002, 1_003]);
    expect(forgotten).toBe(2);
  });

  it('takes again what could not be handled, though only what follows is delivered', async () => {
    await handle([stored(1)]);
    await expect(handle([stored(2), stored(3)], 2)).rejects.toThrow('not now');
    expect(await handle([stored(4)])).toEqual([2, 3, 4]);
    await expect(handle([stored(7)], 6)).rejects.toThrow('not now');
    expect(await handle([stored(5), stored(6), stored(7)])).toEqual([6, 7]);
  });

  it('begins anew in a stream that was made anew', async () => {
    await handle([stored(1), stored(2), stored(3)]);
    expect(await handle([stored(1, 100n), stored(2, 101n)])).toEqual([1, 2]);
    expect(await handle([stored(3, 102n)])).toEqual([3]);
  });
});
