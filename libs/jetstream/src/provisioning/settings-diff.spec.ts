import { describe, expect, it } from 'vitest';
import { settingsDiff } from './settings-diff.js';

describe('settingsDiff', () => {
  it('has nothing to say when all that is wanted is there', () => {
    const found = { name: 'A', subjects: ['a', 'b'], max_bytes: 5, of_the_server: 1 };
    expect(settingsDiff({ name: 'A', subjects: ['a', 'b'], description: undefined }, found)).toEqual([]);
  });

  it('names each field that differs, with both values', () => {
    const wanted = { max_bytes: 1, subjects: ['a'], allow_direct: true };
    expect(settingsDiff(wanted, { max_bytes: 2, subjects: ['a', 'b'] })).toEqual([
      'max_bytes: wanted 1, found 2',
      'subjects: wanted ["a"], found ["a","b"]',
      'allow_direct: wanted true, found undefined',
    ]);
  });
});
