import { createHash } from 'node:crypto';
import type { RunCache } from '../../context/run-cache.js';
import type { FeedItem } from './feed-item.js';

const KEPT_MS = 7 * 86_400_000;
const MAX_KEPT = 3_000;
const HASH_LENGTH = 16;

/** Which items earlier runs have ranked, for a week. */
export class SeenItems {
  private constructor(
    private readonly cache: RunCache,
    private readonly key: string,
    private readonly requestId: string,
    private readonly rankedBy: Map<string, string>,
  ) {}

  /** @param scope what the items are ranked for: another source or other interests have seen items of their own */
  static async load(cache: RunCache, scope: unknown, requestId: string): Promise<SeenItems> {
    const key = `seen-${hash(JSON.stringify(scope))}`;
    const stored = (await cache.get(key)) as [string, string][] | undefined;
    return new SeenItems(cache, key, requestId, new Map(stored ?? []));
  }

  /** What this run itself has ranked, in an attempt whose result was lost, is still new. */
  isNew({ id }: FeedItem): boolean {
    return (this.rankedBy.get(hash(id)) ?? this.requestId) === this.requestId;
  }

  async remember(items: readonly FeedItem[]): Promise<void> {
    for (const { id } of items) {
      this.rankedBy.delete(hash(id)); // so that it moves to the end, among the latest
      this.rankedBy.set(hash(id), this.requestId);
    }
    await this.cache.put(this.key, [...this.rankedBy].slice(-MAX_KEPT), { ttlMs: KEPT_MS });
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
