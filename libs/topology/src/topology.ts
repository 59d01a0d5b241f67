import { AckPolicy, DeliverPolicy, DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import {
  AGENT_STATES_BUCKET,
  AGENTS_BUCKET,
  BACKFILL_SUBJECTS,
  API_LOGINS_BUCKET,
  API_SESSIONS_BUCKET,
  API_TOKENS_BUCKET,
  API_USERS_BUCKET,
  AUDIT,
  AUDIT_SUBJECTS,
  bucketStream,
  bucketSubject,
  CACHE_BUCKET,
  CANCELS_BUCKET,
  DEAD_LETTER_SUBJECTS,
  DEAD_LETTERS,
  EVENT_SUBJECTS,
  EXECUTORS_BUCKET,
  FIRE_SUBJECTS,
  INGEST_AUDIT,
  INGEST_DEAD_LETTERS,
  INGEST_EVENTS,
  INGEST_FIRES,
  INGEST_REQUESTS,
  LATER_RUNS_BUCKET,
  MAX_LATER_DAYS,
  MAX_MESSAGE_BYTES,
  NOTIFICATION_STREAKS_BUCKET,
  NOTIFICATIONS_BUCKET,
  NOTIFIER,
  NOTIFIER_EMAILS,
  NOTIFIER_WEBHOOKS,
  PACK_SUBJECTS,
  PRESENCE_KEPT_MS,
  REQUEST_SUBJECTS,
  RUN_EVENTS,
  RUN_REQUESTS,
  SCHEDULE_FIRES,
  SCHEDULES_BUCKET,
  URGENT_SUBJECTS,
} from '#contracts';
import type { BucketDefinition, ConsumerDefinition, StreamDefinition } from '#jetstream';
import type { TopologyConfiguration } from './topology-configuration.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** For so many days after its instant a run can still begin, when no scheduler was there. */
const LATE_DAYS = 34;
const LEDGER_BYTES = 512 * 1_048_576;
/** More than a schedule of every second has in a day. */
const LEDGER_ENTRIES_PER_SCHEDULE = 100_000;
/** Half a million changes. */
const AUDIT_MAX_BYTES = 256 * 1_048_576;

/** Every stream, bucket and static consumer of the platform. The consumers of agents are the executors' own. */
export interface Topology {
  readonly streams: readonly StreamDefinition[];
  readonly buckets: readonly BucketDefinition[];
  readonly consumers: readonly { readonly stream: string; readonly definition: ConsumerDefinition }[];
}

export function topology(sizes: TopologyConfiguration): Topology {
  return {
    streams: [runRequests(sizes), runEvents(sizes), deadLetters(sizes), scheduleFires(sizes), audit(sizes)],
    buckets: [
      { name: AGENTS_BUCKET, history: 1 },
      { name: AGENT_STATES_BUCKET, history: 1 },
      { name: EXECUTORS_BUCKET, history: 1, ttlMs: PRESENCE_KEPT_MS },
      { name: SCHEDULES_BUCKET, history: 1 },
      { name: LATER_RUNS_BUCKET, history: 1, ttlMs: (MAX_LATER_DAYS + LATE_DAYS) * DAY_MS },
      { name: CANCELS_BUCKET, history: 1, ttlMs: 7 * DAY_MS },
      { name: CACHE_BUCKET, history: 1, ttlMs: 7 * DAY_MS },
      { name: NOTIFICATIONS_BUCKET, history: 1, ttlMs: 30 * DAY_MS },
      { name: NOTIFICATION_STREAKS_BUCKET, history: 1 },
      { name: API_TOKENS_BUCKET, history: 1 },
      { name: API_USERS_BUCKET, history: 1 },
      { name: API_SESSIONS_BUCKET, history: 1, ttlMs: 7 * DAY_MS },
      { name: API_LOGINS_BUCKET, history: 1, ttlMs: 60 * MINUTE_MS },
    ],
    consumers: [
      { stream: RUN_REQUESTS, definition: ingestConsumer(INGEST_REQUESTS, 20_000) },
      { stream: RUN_EVENTS, definition: ingestConsumer(INGEST_EVENTS, 20_000) },
      { stream: DEAD_LETTERS, definition: ingestConsumer(INGEST_DEAD_LETTERS, 1_000) },
      { stream: SCHEDULE_FIRES, definition: ingestConsumer(INGEST_FIRES, 10_000) },
      { stream: AUDIT, definition: ingestConsumer(INGEST_AUDIT, 1_000) },
      { stream: RUN_EVENTS, definition: notifierConsumer() },
      ...[
        { durable: NOTIFIER_EMAILS, channel: 'email' },
        { durable: NOTIFIER_WEBHOOKS, channel: 'webhook' },
      ].map(({ durable, channel }) => ({
        stream: bucketStream(NOTIFICATIONS_BUCKET),
        definition: deliveryConsumer(durable, bucketSubject(NOTIFICATIONS_BUCKET, `${channel}.>`)),
      })),
    ],
  };
}

/** Limits, not work queue: history can be replayed, and the broker's dedupe survives its restart. */
function keptStream(
  name: string,
  subjects: string[],
  { streamReplicas }: TopologyConfiguration,
): StreamDefinition {
  return {
    name,
    subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    num_replicas: streamReplicas,
    allow_direct: true,
  };
}

/** Discard new: a full stream refuses whoever publishes, and drops nothing silently. */
function runRequests(sizes: TopologyConfiguration): StreamDefinition {
  return {
    ...keptStream(RUN_REQUESTS, [REQUEST_SUBJECTS, URGENT_SUBJECTS], sizes),
    discard: DiscardPolicy.New,
    duplicate_window: nanos(10 * MINUTE_MS),
    max_bytes: sizes.runRequestsMaxBytes,
    max_msg_size: MAX_MESSAGE_BYTES,
  };
}

function runEvents(sizes: TopologyConfiguration): StreamDefinition {
  return {
    ...keptStream(RUN_EVENTS, [EVENT_SUBJECTS, PACK_SUBJECTS], sizes),
    discard: DiscardPolicy.New,
    duplicate_window: nanos(2 * MINUTE_MS),
    max_bytes: sizes.runEventsMaxBytes,
  };
}

/** Read by people: old ones may go, and a flood of bad messages must not stop the service that refuses them. */
function deadLetters(sizes: TopologyConfiguration): StreamDefinition {
  return {
    ...keptStream(DEAD_LETTERS, [DEAD_LETTER_SUBJECTS], sizes),
    discard: DiscardPolicy.Old,
    max_age: nanos(30 * DAY_MS),
    max_bytes: sizes.deadLettersMaxBytes,
  };
}

/** Kept in Postgres by ingest: these are what it has not read yet, and a while more. */
function audit(sizes: TopologyConfiguration): StreamDefinition {
  return {
    ...keptStream(AUDIT, [AUDIT_SUBJECTS], sizes),
    discard: DiscardPolicy.Old,
    duplicate_window: nanos(2 * MINUTE_MS),
    max_age: nanos(90 * DAY_MS),
    max_bytes: AUDIT_MAX_BYTES,
  };
}

/**
 * The last entry of each schedule is its state, and must stay however old it is: nothing goes by age, and a full ledger
 * refuses. Ingest removes what it has written; see its `LedgerTrimmer`.
 */
function scheduleFires(sizes: TopologyConfiguration): StreamDefinition {
  return {
    ...keptStream(SCHEDULE_FIRES, [FIRE_SUBJECTS, BACKFILL_SUBJECTS], sizes),
    discard: DiscardPolicy.New,
    max_bytes: LEDGER_BYTES,
    max_msgs_per_subject: LEDGER_ENTRIES_PER_SCHEDULE,
  };
}

/** Delivered until it is acked, however often: a broken database must not lose events. */
function ingestConsumer(durable: string, maxAckPending: number): ConsumerDefinition {
  return {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30 * SECOND_MS),
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
    max_ack_pending: maxAckPending,
  };
}

/**
 * One notifier at a time reads, in the order of the stream, and has far fewer messages in hand than this: what one that
 * died still holds keeps no other from going on. From its creation on: nobody is told what happened before.
 */
function notifierConsumer(): ConsumerDefinition {
  return {
    durable_name: NOTIFIER,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(15 * SECOND_MS),
    deliver_policy: DeliverPolicy.New,
    max_deliver: -1,
    max_ack_pending: 2_000,
  };
}

/** What waits for another try is pending too, and must not keep others from being tried. */
function deliveryConsumer(durable: string, subject: string): ConsumerDefinition {
  return {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(15 * SECOND_MS),
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
    max_ack_pending: 20_000,
  };
}
