import type { FeedItem } from './feed-item.js';

export interface ScoredItem {
  readonly item: FeedItem;
  /** 0 to 100. */
  readonly score: number;
  /** In a sentence, for the readers. */
  readonly reason: string;
}
