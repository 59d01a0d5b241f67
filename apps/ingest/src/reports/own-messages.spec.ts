import { describe, expect, it } from 'vitest';
import { OwnMessages } from './own-messages.js';

describe('OwnMessages', () => {
  it('knows no message of others', async () => {
    const own = new OwnMessages();
    expect(await own.isCommitted(undefined)).toBe(false);
    expect(await own.isCommitted('other')).toBe(false);
  });

  it('waits until the writing of a message is over, and then forgets it', async () => {
    const own = new OwnMessages();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    own.add('mine', promise);
    const asked = own.isCommitted('mine');
    resolve(true);
    expect(await asked).toBe(true);
    expect(await own.isCommitted('mine')).toBe(false);
  });

  it('says so when the writing has failed', async () => {
    const own = new OwnMessages();
    own.add('mine', Promise.resolve(false));
    expect(await own.isCommitted('mine')).toBe(false);
  });

  it('forgets the oldest of very many', async () => {
    const own = new OwnMessages();
    for (let n = 0; n <= 10_000; n += 1) {
      own.add(String(n), Promise.resolve(true));
    }
    expect(await own.isCommitted('0')).toBe(false);
    expect(await own.isCommitted('1')).toBe(true);
  });
});
