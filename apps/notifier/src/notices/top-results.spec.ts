import { NotificationRule } from '#contracts';
import { describe, expect, it } from 'vitest';
import { topResults } from './top-results.js';

function rule(fields: Partial<NotificationRule>): NotificationRule {
  return Object.assign(new NotificationRule(), { name: 'top', on: 'success' }, fields);
}

describe('topResults', () => {
  const items = [9, 7, 8, 1, 3, 5, 2];

  it('takes five, in the order of the agent, unless told otherwise', () => {
    expect(topResults({ data: { items } }, rule({ results: 'data.items' }))).toEqual({
      items: [9, 7, 8, 1, 3],
      total: 7,
    });
    expect(topResults(items, rule({ top: 2 }))).toEqual({ items: [9, 7], total: 7 });
  });

  it('takes a result that is no list as it is, and none as none', () => {
    expect(topResults({ answer: 42 }, rule({}))).toEqual({ items: [{ answer: 42 }], total: 1 });
    expect(topResults(undefined, rule({}))).toEqual({ items: [], total: 0 });
    expect(topResults(null, rule({}))).toEqual({ items: [], total: 0 });
  });

  it.each(['nothing', 'data', 'data.items.length', 'constructor', '__proto__', ''])(
    'says that there is no list at "%s"',
    (results) => {
      expect(topResults({ data: { items } }, rule({ results }))).toEqual({
        items: [],
        total: 0,
        problem: `The result has no list at "${results}"`,
      });
    },
  );

  it('leaves out what is too large, and says so', () => {
    const large = ['x'.repeat(150_000), 'y'.repeat(100_000), 'z'];
    expect(topResults(large, rule({}))).toEqual({
      items: [large[0]],
      total: 3,
      problem: 'The results are too large to be sent in full',
    });
  });
});
