import { describe, expect, it } from 'vitest';
import { parseFeed } from './feed-item.js';

function feed(...items: unknown[]): string {
  return JSON.stringify({ items });
}

describe('parseFeed', () => {
  it('reads what a JSON Feed may hold', () => {
    const items = parseFeed(
      feed(
        { id: '1', title: ' One ', summary: 's', url: 'https://a.example/1', date_published: '2026-01-01' },
        { url: 'https://a.example/2', content_text: 'Text alone' },
      ),
    );

    expect(items).toEqual([
      { id: '1', title: 'One', text: 's', url: 'https://a.example/1', publishedAt: '2026-01-01' },
      { id: 'https://a.example/2', title: 'Text alone', text: 'Text alone', url: 'https://a.example/2' },
    ]);
  });

  it('takes no address that is not of the web', () => {
    const items = parseFeed(feed({ id: '1', title: 'x', url: 'javascript:alert(1)' }));

    expect(items).toEqual([{ id: '1', title: 'x', text: '' }]);
  });

  it('takes each id once, and 500 items', () => {
    expect(parseFeed(feed({ id: '1', title: 'a' }, { id: '1', title: 'b' }))).toHaveLength(1);
    expect(
      parseFeed(feed(...Array.from({ length: 600 }, (_, id) => ({ id: `${id}`, title: 'x' })))),
    ).toHaveLength(500);
  });

  it.each([
    ['no JSON', '<rss/>'],
    ['null', 'null'],
    ['a list', '[]'],
    ['items that are no list', '{"items":{}}'],
  ])('refuses %s', (_case, text) => {
    expect(() => parseFeed(text)).toThrow('not a JSON Feed');
  });

  it.each([[{}], [null], [{ id: 5, title: 'x' }], [{ id: 'x' }]])('refuses the item %j', (item) => {
    expect(() => parseFeed(feed({ id: '1', title: 'x' }, item))).toThrow('Item 2 of the source');
  });
});
