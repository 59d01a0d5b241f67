import { START_REPLAY_SUBJECT } from '#contracts';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { topology } from '#topology';
import { NATS_USERS, type NatsUser } from './deployed-nats.js';

/** What setup provisions. */
export const TOPOLOGY = topology(new SetupConfiguration());
export const STREAMS = [
  ...TOPOLOGY.streams.map(({ name }) => name),
  ...TOPOLOGY.buckets.map(({ name }) => `KV_${name}`),
];
const INGEST_CONSUMERS = [
  'RUN_REQUESTS.ingest-requests',
  'RUN_EVENTS.ingest-events',
  'DEAD_LETTERS.ingest-dead-letters',
  'SCHEDULE_FIRES.ingest-fires',
  'AUDIT.ingest-audit',
];
const NOTIFIER_CONSUMERS = [
  'RUN_EVENTS.notifier',
  'KV_NOTIFICATIONS.notifier-emails',
  'KV_NOTIFICATIONS.notifier-webhooks',
];
/** One of an agent's. */
const EXECUTOR_CONSUMER = 'RUN_REQUESTS.executor-probe';
const URGENT_CONSUMER = 'RUN_REQUESTS.executor-probe-high';
const URGENT = 'runs.urgent.probe';
/** Ack subjects of a consumer: as servers before 2.15 write them, and as those from 2.15 on do. */
const acks = (consumer: string): string[] => [
  `$JS.ACK.${consumer}.1.1.1.1.0`,
  `$JS.ACK._.hash.${consumer}.1.1.1.1.0`,
];

const CHANGES_OF_STREAMS = [...STREAMS, 'NEW'].flatMap((stream) => [
  `$JS.API.STREAM.CREATE.${stream}`,
  `$JS.API.STREAM.DELETE.${stream}`,
  `$JS.API.STREAM.RESTORE.${stream}`,
]);
const OTHER_CHANGES_OF_STREAMS = STREAMS.flatMap((stream) => [
  `$JS.API.STREAM.UPDATE.${stream}`,
  `$JS.API.STREAM.PURGE.${stream}`,
  `$JS.API.STREAM.MSG.DELETE.${stream}`,
  `$JS.API.STREAM.SNAPSHOT.${stream}`,
]);
/** Nobody may publish these. */
export const SYSTEM = ['$SYS.REQ.SERVER.PING', 'anything.else'];
const operationsOf = (consumers: readonly string[]): string[] =>
  consumers.flatMap((consumer) => [
    `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
    `$JS.API.CONSUMER.DELETE.${consumer}`,
    ...acks(consumer),
  ]);
const OPERATIONS_OF_INGEST = operationsOf(INGEST_CONSUMERS);
const OPERATIONS_OF_NOTIFIER = operationsOf(NOTIFIER_CONSUMERS);
/** What ingest trims. */
const PURGES_OF_INGEST = new Set([
  '$JS.API.STREAM.PURGE.RUN_REQUESTS',
  '$JS.API.STREAM.PURGE.RUN_EVENTS',
  '$JS.API.STREAM.PURGE.SCHEDULE_FIRES',
]);
/** What schedulers take out. */
const PURGE_OF_SCHEDULER = '$JS.API.STREAM.PURGE.KV_LATER_RUNS';
const DECIDED = 'ingest.decided';
export const COMMAND = 'commands.runs.cancel';
/** Of schedulers alone, and of the api alone. */
const FIRE = 'schedules.fires.probe.probe';
const BACKFILL = 'schedules.backfills.probe.probe';
const SCHEDULE = '$KV.SCHEDULES.probe.probe';
const LATER_RUN = '$KV.LATER_RUNS.probe';
const ofStates = (state: string): string => `$KV.AGENT_STATES.probe.${state}`;
/** Of the api alone. */
const ACCESS = ['$KV.API_TOKENS.probe', '$KV.API_USERS.probe', '$KV.API_SESSIONS.probe', 'audit.probe'];
/** Of executors alone. */
const PRESENCE = '$KV.EXECUTORS.probe';
const NOTIFICATION = '$KV.NOTIFICATIONS.email.run.rule.hash';

/** Who answers whom. People and programs have inboxes of their own, without the name of a user. */
const ANSWERED: Partial<Record<NatsUser, string[]>> = {
  executor: ['_INBOX_api.x'],
  ingest: ['_INBOX_executor.x', '_INBOX_scheduler.x', '_INBOX_api.x', '_INBOX.x'],
  api: ['_INBOX.x'],
};
/** Of whom the user answers nothing. */
export const inboxesOfOthers = (user: NatsUser): string[] =>
  [...NATS_USERS.filter((other) => other !== user).map((other) => `_INBOX_${other}.x`), '_INBOX.x'].filter(
    (inbox) => ANSWERED[user]?.includes(inbox) !== true,
  );

/** What each user must not publish. */
export const FORBIDDEN: Record<NatsUser, string[]> = {
  setup: [
    PRESENCE,
    FIRE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    ...ACCESS,
    'runs.requests.probe',
    URGENT,
    'runs.events.probe',
    'runs.packs.probe',
    DECIDED,
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    ...[...OPERATIONS_OF_INGEST, ...OPERATIONS_OF_NOTIFIER].filter((subject) =>
      subject.startsWith('$JS.ACK'),
    ),
    'executors.x.holds',
    COMMAND,
  ],
  scheduler: [
    PRESENCE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    '$JS.API.CONSUMER.CREATE.SCHEDULE_FIRES.ingest-fires',
    ...ACCESS,
    'runs.events.probe',
    'runs.packs.probe',
    'runs.requests.probe.more',
    `${URGENT}.more`,
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    ofStates('paused'),
    '$KV.CANCELS.probe',
    'executors.x.holds',
    COMMAND,
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS.filter((subject) => subject !== PURGE_OF_SCHEDULER),
    ...OPERATIONS_OF_INGEST,
    ...OPERATIONS_OF_NOTIFIER,
    ...acks(EXECUTOR_CONSUMER),
    ...acks(URGENT_CONSUMER),
    `$JS.API.CONSUMER.MSG.NEXT.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.STREAM.MSG.GET.RUN_EVENTS',
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
  ],
  executor: [
    FIRE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    ...ACCESS,
    'runs.requests.probe.more',
    URGENT,
    'runs.dead.events',
    'runs.events.probe.more',
    'runs.packs.probe.more',
    '$KV.OTHER.probe',
    ofStates('paused'),
    NOTIFICATION,
    '$KV.NOTIFICATION_STREAKS.probe',
    COMMAND,
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...OPERATIONS_OF_INGEST,
    ...OPERATIONS_OF_NOTIFIER,
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.ingest-requests',
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.ingest-requests.runs.requests.probe',
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DELETE.${URGENT_CONSUMER}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DELETE.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.CONSUMER.CREATE.DEAD_LETTERS.x',
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
    '$JS.API.STREAM.MSG.GET.DEAD_LETTERS',
  ],
  ingest: [
    PRESENCE,
    FIRE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    ...ACCESS,
    'runs.requests.probe',
    URGENT,
    DECIDED,
    'runs.dead.other',
    '$KV.AGENTS.probe',
    ofStates('paused'),
    '$KV.CANCELS.probe',
    NOTIFICATION,
    'executors.x.holds',
    COMMAND,
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS.filter((subject) => !PURGES_OF_INGEST.has(subject)),
    ...OPERATIONS_OF_NOTIFIER,
    ...acks(EXECUTOR_CONSUMER),
    ...acks(URGENT_CONSUMER),
    `$JS.API.CONSUMER.MSG.NEXT.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DELETE.${EXECUTOR_CONSUMER}`,
    ...INGEST_CONSUMERS.flatMap((consumer) => [
      `$JS.API.CONSUMER.CREATE.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${consumer}`,
    ]),
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.ingest-events.runs.events.probe',
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.notifier.runs.packs.probe',
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.x',
    '$JS.API.STREAM.MSG.GET.KV_AGENTS',
    '$JS.API.STREAM.MSG.GET.KV_API_USERS',
    START_REPLAY_SUBJECT,
  ],
  api: [
    PRESENCE,
    FIRE,
    '$KV.SCHEDULES.published',
    'runs.requests.probe.more',
    `${URGENT}.more`,
    'runs.events.probe.more',
    'runs.packs.probe.more',
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    ofStates('other'),
    '$KV.CACHE.probe.key',
    '$KV.NOTIFICATION_STREAKS.probe',
    COMMAND,
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...OPERATIONS_OF_INGEST,
    ...OPERATIONS_OF_NOTIFIER,
    ...acks(EXECUTOR_CONSUMER),
    ...acks(URGENT_CONSUMER),
    `$JS.API.CONSUMER.MSG.NEXT.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.ingest-requests',
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}.runs.requests.probe`,
    `$JS.API.CONSUMER.CREATE.${URGENT_CONSUMER}.runs.urgent.probe`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.CONSUMER.CREATE.KV_CANCELS.x',
    '$JS.API.STREAM.MSG.GET.DEAD_LETTERS',
    '$JS.API.STREAM.MSG.GET.KV_CACHE',
  ],
  notifier: [
    PRESENCE,
    FIRE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    ...ACCESS,
    'runs.requests.probe',
    URGENT,
    'runs.events.probe',
    'runs.packs.probe',
    DECIDED,
    'runs.dead.requests',
    'runs.dead.events',
    '$KV.AGENTS.probe',
    ofStates('paused'),
    '$KV.CANCELS.probe',
    '$KV.CACHE.probe.key',
    'executors.x.holds',
    COMMAND,
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...OPERATIONS_OF_INGEST,
    ...acks(EXECUTOR_CONSUMER),
    ...acks(URGENT_CONSUMER),
    ...NOTIFIER_CONSUMERS.flatMap((consumer) => [
      `$JS.API.CONSUMER.CREATE.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${consumer}`,
    ]),
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
  ],
  operator: [
    PRESENCE,
    FIRE,
    BACKFILL,
    SCHEDULE,
    LATER_RUN,
    ...ACCESS,
    'runs.events.probe',
    'runs.packs.probe',
    DECIDED,
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    ofStates('paused'),
    '$KV.CANCELS.probe',
    'executors.x.holds',
    ...CHANGES_OF_STREAMS,
  ],
};

/** Of these, each user may listen to what `HEARD` says and to nothing else. */
export const LISTENABLE = [
  '>',
  'runs.>',
  'runs.requests.*',
  'runs.urgent.*',
  'runs.events.*',
  '$KV.AGENTS.>',
  '$KV.SCHEDULES.>',
  'schedules.fires.*.*',
  '$JS.ACK.>',
  '$JS.API.>',
  '$SYS.>',
  '_INBOX.>',
  '_INBOX_setup.>',
  '_INBOX_scheduler.>',
  '_INBOX_executor.>',
  '_INBOX_ingest.>',
  '_INBOX_api.>',
  '_INBOX_notifier.>',
  'executors.x.holds',
  '$KV.EXECUTORS.>',
  DECIDED,
  'commands.>',
  COMMAND,
  START_REPLAY_SUBJECT,
];
export const HEARD: Record<NatsUser, string[]> = {
  setup: ['_INBOX_setup.>'],
  scheduler: ['_INBOX_scheduler.>'],
  executor: ['_INBOX_executor.>', 'executors.x.holds', 'runs.urgent.*'],
  // And questions, in its queue group.
  ingest: ['_INBOX_ingest.>'],
  // And commands, in its queue group.
  api: ['_INBOX_api.>', 'runs.events.*'],
  notifier: ['_INBOX_notifier.>'],
  operator: [
    'runs.>',
    'runs.requests.*',
    'runs.urgent.*',
    'runs.events.*',
    '$KV.AGENTS.>',
    '$KV.SCHEDULES.>',
    '$KV.EXECUTORS.>',
    '_INBOX.>',
  ],
};
