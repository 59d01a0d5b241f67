import type { RunCache } from '#agents';
import type { CacheMessage } from '../protocol/child-message.js';
import type { CacheReplyMessage } from '../protocol/parent-message.js';

/** Does what a child asks of its cache. Never rejects: the reply says what went wrong. */
export async function answerCacheRequest(message: CacheMessage, cache: RunCache): Promise<CacheReplyMessage> {
  const { n } = message;
  try {
    const value = await perform(message, cache);
    return { type: 'cache_reply', n, value: value ?? null, error: null };
  } catch (error) {
    return {
      type: 'cache_reply',
      n,
      value: null,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

async function perform(message: CacheMessage, cache: RunCache): Promise<unknown> {
  switch (message.type) {
    case 'cache_get':
      return await cache.get(message.key);
    case 'cache_put':
      await cache.put(message.key, message.value, {
        ...(typeof message.ttl_ms === 'number' && { ttlMs: message.ttl_ms }),
      });
      return undefined;
    case 'cache_delete':
      await cache.delete(message.key);
      return undefined;
  }
}
