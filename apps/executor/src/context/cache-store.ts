import { CACHE_BUCKET } from '#contracts';
import type { RunCache } from '#agents';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';

const DEFAULT_TTL_MS = 24 * 3_600_000;
const LONGEST_TTL_MS = 7 * 24 * 3_600_000;
const MAX_BYTES = 512 * 1024;

interface Stored {
  readonly value: unknown;
  readonly expires_at: string;
}

/** What agents keep between their runs, in a key-value bucket. */
@Injectable()
export class CacheStore {
  private readonly parts = new Map<string, RunCache>();
  private bucket: Promise<KV> | undefined;

  constructor(private readonly connection: JetStreamConnection) {}

  /** The part of the cache that belongs to one agent. */
  of(agent: string): RunCache {
    const part = this.parts.get(agent) ?? this.partOf(agent);
    this.parts.set(agent, part);
    return part;
  }

  private partOf(agent: string): RunCache {
    const keyOf = (key: string): string => `${agent}.${Buffer.from(key).toString('base64url')}`;
    return {
      get: async (key) => await this.get(keyOf(key)),
      put: async (key, value, { ttlMs = DEFAULT_TTL_MS } = {}) => await this.put(keyOf(key), value, ttlMs),
      delete: async (key) => await (await this.open()).delete(keyOf(key)),
    };
  }

  private async get(key: string): Promise<unknown> {
    const entry = await (await this.open()).get(key);
    if (entry === null || entry.operation !== 'PUT') {
      return undefined;
    }
    const { value, expires_at } = entry.json<Stored>();
    return Date.parse(expires_at) > Date.now() ? value : undefined;
  }

  private async put(key: string, value: unknown, ttlMs: number): Promise<void> {
    const expiresAt = Date.now() + Math.min(ttlMs, LONGEST_TTL_MS);
    const data = JSON.stringify({ value, expires_at: new Date(expiresAt).toISOString() } satisfies Stored);
    if (Buffer.byteLength(data) > MAX_BYTES) {
      throw new RangeError(`A cached value may have ${MAX_BYTES} bytes`);
    }
    await (await this.open()).put(key, data);
  }

  private async open(): Promise<KV> {
    this.bucket ??= new Kvm(this.connection.nats).open(CACHE_BUCKET);
    try {
      return await this.bucket;
    } catch (error) {
      this.bucket = undefined;
      throw error;
    }
  }
}
