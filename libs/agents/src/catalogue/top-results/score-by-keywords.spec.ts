import { describe, expect, it } from 'vitest';
import type { FeedItem } from './feed-item.js';
import { scoreByKeywords } from './score-by-keywords.js';

function item(id: string, title: string, text = ''): FeedItem {
  return { id, title, text };
}

function scores(items: FeedItem[], ...interests: string[]): Record<string, number> {
  return Object.fromEntries(scoreByKeywords(items, interests).map(({ item, score }) => [item.id, score]));
}

describe('scoreByKeywords', () => {
  it('puts what is asked for above what is not', () => {
    const { queue, bread } = scores([item('queue', 'A message queue'), item('bread', 'Bread')], 'queues');

    expect(queue).toBeGreaterThan(0);
    expect(bread).toBe(0);
  });

  it('counts a title more than a text, and more words more than one', () => {
    const { title, text, both } = scores(
      [
        item('title', 'Postgres'),
        item('text', 'Else', 'With Postgres'),
        item('both', 'Postgres', 'Security'),
        item('none', 'x'),
      ],
      'postgres',
      'security',
    );

    expect(title).toBeGreaterThan(text ?? 0);
    expect(both).toBeGreaterThan(title ?? 0);
  });

  it('counts rare words more than common ones', () => {
    const { common, rare } = scores(
      [item('common', 'queue'), item('rare', 'kernel'), item('a', 'queue'), item('b', 'queue')],
      'queue',
      'kernel',
    );

    expect(rare).toBeGreaterThan(common ?? 0);
  });

  it('says why', () => {
    const [match, other] = scoreByKeywords(
      [item('a', 'Queues in Postgres'), item('b', 'Bread')],
      ['message queues', 'Postgres'],
    );

    expect(match?.reason).toBe('About queues, postgres');
    expect(other?.reason).toBe('Shares no word with the interests');
  });

  it('scores from 0 to 100, the same each time', () => {
    const items = [item('a', 'queue '.repeat(1_000)), item('b', 'ñandú C++ node.js')];
    const interests = ['queue', 'ÑANDÚ', 'c++', 'Node.js'];

    const scored = scoreByKeywords(items, interests);

    expect(scored).toEqual(scoreByKeywords(items, interests));
    for (const { score } of scored) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(100);
    }
  });
});
