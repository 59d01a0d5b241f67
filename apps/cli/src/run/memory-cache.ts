import type { RunCache } from '#agents';

interface Kept {
  readonly json: string;
  readonly expiresAtMs: number;
}

/** The cache of an agent, for as long as this process lives. */
export class MemoryCache implements RunCache {
  private readonly kept = new Map<string, Kept>();

  async get(key: string): Promise<unknown> {
    const found = this.kept.get(key);
    return await Promise.resolve(
      found !== undefined && found.expiresAtMs > Date.now() ? (JSON.parse(found.json) as unknown) : undefined,
    );
  }

  async put(
    key: string,
    value: unknown,
    { ttlMs = Infinity }: { readonly ttlMs?: number } = {},
  ): Promise<void> {
    this.kept.set(key, { json: JSON.stringify(value), expiresAtMs: Date.now() + ttlMs });
    await Promise.resolve();
  }

  async delete(key: string): Promise<void> {
    this.kept.delete(key);
    await Promise.resolve();
  }
}
