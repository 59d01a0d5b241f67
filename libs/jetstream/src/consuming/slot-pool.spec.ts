import { describe, expect, it } from 'vitest';
import { SlotPool } from './slot-pool.js';

/** Whether the promise is resolved by now. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}

describe('SlotPool', () => {
  it('gives what is wanted, or what is left', async () => {
    const slots = new SlotPool(5);
    expect(await slots.acquire(3)).toBe(3);
    expect(await slots.acquire(3)).toBe(2);
    expect(slots.inUse).toBe(5);
    expect(slots.isContended).toBe(false);
  });

  it('makes later ones wait, and serves them in their order', async () => {
    const slots = new SlotPool(1);
    await slots.acquire(1);
    const first = slots.acquire(4);
    const second = slots.acquire(1);
    expect(slots.isContended).toBe(true);
    slots.release(1);
    expect(await first).toBe(1);
    expect(await isPending(second)).toBe(true);
    slots.release(1);
    expect(await second).toBe(1);
    expect(slots.isContended).toBe(false);
  });

  it('gives one slot to each who waits when several come back at once', async () => {
    const slots = new SlotPool(4);
    await slots.acquire(4);
    const waiting = [slots.acquire(2), slots.acquire(2), slots.acquire(2)];
    slots.release(4);
    expect(await Promise.all(waiting)).toEqual([1, 1, 1]);
    expect(slots.inUse).toBe(3);
  });

  it('asks whoever has held slots idle for longest to give them back, once for each who waits', async () => {
    const slots = new SlotPool(3);
    await slots.acquire(3);
    const asked: string[] = [];
    slots.lend(() => asked.push('first'));
    slots.lend(() => asked.push('second'));
    const endOffer = slots.lend(() => asked.push('third'));
    expect(asked).toEqual([]);
    void slots.acquire(1);
    expect(asked).toEqual(['first']);
    void slots.acquire(1);
    expect(asked).toEqual(['first', 'second']);
    endOffer();
    void slots.acquire(1);
    expect(asked).toEqual(['first', 'second']);
  });

  it('asks at once when somebody waits already', async () => {
    const slots = new SlotPool(1);
    await slots.acquire(1);
    const waiting = slots.acquire(1);
    slots.lend(() => slots.release(1));
    expect(await waiting).toBe(1);
  });
});
