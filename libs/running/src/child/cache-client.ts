import type { RunCache } from '#agents';
import type { CacheMessage } from '../children/protocol/child-message.js';
import type { CacheReplyMessage } from '../children/protocol/parent-message.js';
import type { ExecutorLink } from './executor-link.js';

type Question =
  | { readonly type: 'cache_get' | 'cache_delete'; readonly key: string }
  | { readonly type: 'cache_put'; readonly key: string; readonly value: unknown; readonly ttl_ms?: number };

/** The agent's cache, which the executor keeps. */
export class CacheClient {
  private readonly open = new Map<number, PromiseWithResolvers<unknown>>();
  private asked = 0;

  constructor(private readonly link: ExecutorLink) {}

  /** The cache as a run sees it. @param id of the attempt */
  for(id: string): RunCache {
    return {
      get: async (key) => await this.ask(id, { type: 'cache_get', key }),
      put: async (key, value, { ttlMs } = {}) => {
        await this.ask(id, { type: 'cache_put', key, value, ...(ttlMs !== undefined && { ttl_ms: ttlMs }) });
      },
      delete: async (key) => {
        await this.ask(id, { type: 'cache_delete', key });
      },
    };
  }

  settle({ n, value, error }: CacheReplyMessage): void {
    const question = this.open.get(n);
    this.open.delete(n);
    if (typeof error === 'string') {
      question?.reject(new Error(error));
    } else {
      question?.resolve(value ?? undefined);
    }
  }

  private async ask(id: string, question: Question): Promise<unknown> {
    if (question.type === 'cache_put' && (question.value === undefined || question.value === null)) {
      throw new TypeError('A cache holds any JSON value but null');
    }
    this.asked += 1;
    const n = this.asked;
    const answer = Promise.withResolvers<unknown>();
    this.open.set(n, answer);
    const message: CacheMessage = { id, n, ...question };
    this.link.send(message);
    return await answer.promise;
  }
}
