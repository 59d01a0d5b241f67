import type { StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { BucketDefinition } from './provisioner.js';

/** What a bucket's definition means for the stream behind it. */
export function bucketSettings({ name, history, ttlMs = 0 }: BucketDefinition): {
  readonly stream: string;
  readonly settings: Partial<StreamConfig>;
} {
  return { stream: `KV_${name}`, settings: { max_msgs_per_subject: history, max_age: nanos(ttlMs) } };
}
