import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { refusePoison } from './poison-splitter.js';
import { UnstorableValueError } from './storable-json.js';

function queryFailed(code: string, message = 'refused'): QueryFailedError {
  return new QueryFailedError('INSERT', [], Object.assign(new Error(message), { code }));
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** A store that takes all or nothing, and refuses batches with one of the given numbers. */
function storeRefusing(poison: readonly number[]) {
  const stored: number[] = [];
  let calls = 0;
  return {
    stored,
    calls: () => calls,
    write: async (items: readonly number[]): Promise<void> => {
      calls += 1;
      if (items.some((item) => poison.includes(item))) {
        throw queryFailed('22003', 'value out of range');
      }
      stored.push(...items);
    },
  };
}

describe('refusePoison', () => {
  it('writes a clean batch at once', async () => {
    const store = storeRefusing([]);
    expect(await refusePoison(numbers(500), store.write)).toEqual([]);
    expect(store.calls()).toBe(1);
  });

  it.each([[[0]], [[499]], [[250]], [[0, 1, 2]], [[17, 300, 499]]])(
    'writes all but %j, in order and once each',
    async (poison) => {
      const store = storeRefusing(poison);
      const refused = await refusePoison(numbers(500), store.write);
      expect(refused).toEqual(
        poison.map((item) => ({ item, reason: 'value out of range (SQLSTATE 22003)' })),
      );
      expect(store.stored).toEqual(numbers(500).filter((item) => !poison.includes(item)));
      expect(store.calls()).toBeLessThan(20 * poison.length);
    },
  );

  it('refuses a value that cannot even be written as JSON', async () => {
    const failure = new UnstorableValueError();
    expect(await refusePoison([1], () => Promise.reject(failure))).toEqual([
      { item: 1, reason: 'The message is too large or nested too deeply to be stored' },
    ]);
  });

  it.each(['08006', '57P01', '53300', '40001', '42P01', '42501', '25006'])(
    'refuses nothing for SQLSTATE %s',
    async (code) => {
      const failure = queryFailed(code);
      const written = refusePoison(numbers(8), () => Promise.reject(failure));
      await expect(written).rejects.toBe(failure);
    },
  );
});
