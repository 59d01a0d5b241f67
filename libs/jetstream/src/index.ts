export type { BucketEntry, BucketListener } from './buckets/bucket-listener.js';
export { BucketMirror } from './buckets/bucket-mirror.js';
export { BucketWatch } from './buckets/bucket-watch.js';
export { JetStreamConnection } from './connection/jetstream-connection.js';
export type { JetStreamOptions } from './connection/jetstream-options.js';
export { JetStreamMessage } from './consuming/jetstream-message.js';
export { SlotPool } from './consuming/slot-pool.js';
export { DEAD_LETTER_HEADERS } from './dead-letters/dead-letter-headers.js';
export { BrokerUnavailableException } from './exceptions/broker-unavailable.exception.js';
export { LeaseLostException } from './exceptions/lease-lost.exception.js';
export { NonRetryableException } from './exceptions/non-retryable.exception.js';
export { PublishRefusedException } from './exceptions/publish-refused.exception.js';
export { RetryableException } from './exceptions/retryable.exception.js';
export { SettingsDriftException } from './exceptions/settings-drift.exception.js';
export { StreamFullException } from './exceptions/stream-full.exception.js';
export { WrongLastSequenceException } from './exceptions/wrong-last-sequence.exception.js';
export { ask } from './inquiries/ask.js';
export { JetStreamModule } from './jetstream.module.js';
export {
  type BucketDefinition,
  type ConsumerDefinition,
  Provisioner,
  type StreamDefinition,
} from './provisioning/provisioner.js';
export { type Inspected, SettingsInspector } from './provisioning/settings-inspector.js';
export type { PubAck } from './publisher/pub-ack.js';
export { Publisher } from './publisher/publisher.js';
export { nanosOf } from './reading/nanos-of.js';
export { StreamReader } from './reading/stream-reader.js';
export { BatchContext } from './server/batch-context.js';
export { ConsumeBatch } from './server/consume-batch.decorator.js';
export { JetStreamServer } from './server/jetstream-server.js';
