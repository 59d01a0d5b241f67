import { describe, expect, it } from 'vitest';
import { shownResult } from './shown-result.js';

describe('shownResult', () => {
  it('finds title, score and link by their usual names', () => {
    const item = { Name: 'One', score: 0.123456789, link: 'https://example.com/1', tags: ['a'], rank: 7 };
    expect(shownResult(item, 0)).toEqual({
      rank: 1,
      title: 'One',
      link: 'https://example.com/1',
      score: '0.123457',
      details: [['tags', '["a"]']],
    });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//example.com', 'https://user@example.com', 42])(
    'makes no link of %s',
    (url) => {
      expect(shownResult({ title: 'One', url }, 0)).toEqual({
        rank: 1,
        title: 'One',
        details: [['url', String(url)]],
      });
    },
  );

  it.each([
    ['a text', 'a text'],
    [0.5, '0.5'],
    [null, 'null'],
    [[1, 2], '[1,2]'],
  ])('shows %j as it is', (item, title) => {
    expect(shownResult(item, 3)).toEqual({ rank: 4, title, details: [] });
  });
});
