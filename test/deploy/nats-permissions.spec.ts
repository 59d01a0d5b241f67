import { readFile } from 'node:fs/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { provision } from '../../apps/setup/src/provision.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { topology } from '../../apps/setup/src/topology.js';
import { DeployedNats, isOlderThan, NATS_USERS, type NatsUser, passwordOf } from './deployed-nats.js';

const TOPOLOGY = topology(new SetupConfiguration());
const STREAMS = [
  ...TOPOLOGY.streams.map(({ name }) => name),
  ...TOPOLOGY.buckets.map(({ name }) => `KV_${name}`),
];
const INGEST_CONSUMERS = [
  'RUN_REQUESTS.ingest-requests',
  'RUN_EVENTS.ingest-events',
  'DEAD_LETTERS.ingest-dead-letters',
];
/** One of an agent's. */
const EXECUTOR_CONSUMER = 'RUN_REQUESTS.executor-probe';
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
const SYSTEM = ['$SYS.REQ.SERVER.PING', 'anything.else'];
const OPERATIONS_OF_INGEST = INGEST_CONSUMERS.flatMap((consumer) => [
  `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
  `$JS.API.CONSUMER.DELETE.${consumer}`,
  ...acks(consumer),
]);
const inboxesOfOthers = (user: NatsUser): string[] =>
  NATS_USERS.filter((other) => other !== user).map((other) => `_INBOX_${other}.x`);

/** What each user must not publish. */
const FORBIDDEN: Record<NatsUser, string[]> = {
  setup: [
    'runs.requests.probe',
    'runs.events.probe',
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    ...OPERATIONS_OF_INGEST.filter((subject) => subject.startsWith('$JS.ACK')),
    'executors.x.holds',
  ],
  scheduler: [
    'runs.events.probe',
    'runs.requests.probe.more',
    'runs.dead.requests',
    '$KV.AGENTS.probe',
    'executors.x.holds',
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...OPERATIONS_OF_INGEST,
    ...acks(EXECUTOR_CONSUMER),
    `$JS.API.CONSUMER.MSG.NEXT.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.STREAM.MSG.GET.RUN_EVENTS',
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
  ],
  executor: [
    'runs.requests.probe',
    'runs.dead.events',
    'runs.events.probe.more',
    '$KV.OTHER.probe',
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...OPERATIONS_OF_INGEST,
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.ingest-requests',
    '$JS.API.CONSUMER.CREATE.RUN_REQUESTS.ingest-requests.runs.requests.probe',
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DELETE.${EXECUTOR_CONSUMER}`,
    '$JS.API.CONSUMER.CREATE.RUN_EVENTS.x',
    '$JS.API.CONSUMER.CREATE.DEAD_LETTERS.x',
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
    '$JS.API.STREAM.MSG.GET.DEAD_LETTERS',
  ],
  ingest: [
    'runs.requests.probe',
    'runs.dead.other',
    '$KV.AGENTS.probe',
    'executors.x.holds',
    ...CHANGES_OF_STREAMS,
    ...OTHER_CHANGES_OF_STREAMS,
    ...acks(EXECUTOR_CONSUMER),
    `$JS.API.CONSUMER.MSG.NEXT.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.CREATE.${EXECUTOR_CONSUMER}`,
    `$JS.API.CONSUMER.DELETE.${EXECUTOR_CONSUMER}`,
    ...INGEST_CONSUMERS.flatMap((consumer) => [
      `$JS.API.CONSUMER.CREATE.${consumer}`,
      `$JS.API.CONSUMER.DELETE.${consumer}`,
    ]),
    '$JS.API.STREAM.MSG.GET.RUN_REQUESTS',
    '$JS.API.STREAM.MSG.GET.KV_AGENTS',
  ],
  operator: ['runs.events.probe', 'runs.dead.requests', '$KV.AGENTS.probe', ...CHANGES_OF_STREAMS],
};

/** Of these, each user may listen to what `HEARD` says and to nothing else. */
const LISTENABLE = [
  '>',
  'runs.>',
  'runs.requests.*',
  'runs.events.*',
  '$KV.AGENTS.>',
  '$JS.ACK.>',
  '$JS.API.>',
  '$SYS.>',
  '_INBOX.>',
  '_INBOX_setup.>',
  '_INBOX_scheduler.>',
  '_INBOX_executor.>',
  '_INBOX_ingest.>',
  'executors.x.holds',
];
const HEARD: Record<NatsUser, string[]> = {
  setup: ['_INBOX_setup.>'],
  scheduler: ['_INBOX_scheduler.>'],
  executor: ['_INBOX_executor.>', 'executors.x.holds'],
  ingest: ['_INBOX_ingest.>'],
  operator: ['runs.>', 'runs.requests.*', 'runs.events.*', '$KV.AGENTS.>', '_INBOX.>'],
};

let nats: DeployedNats;

beforeAll(async () => {
  nats = await DeployedNats.start();
  await provision(
    { servers: nats.url, name: 'setup', user: 'setup', password: passwordOf('setup') },
    TOPOLOGY,
    () => undefined,
  );
});

afterAll(async () => {
  await nats.stop();
});

describe('deploy/nats.conf', () => {
  it('lets setup provision everything', async () => {
    expect(await nats.violations()).toEqual([]);
  });

  it('keeps the broker to its bounds', async () => {
    const { jetstream, max_payload: maxPayload } = await nats.state();

    expect(jetstream.config.max_storage).toBe(10 * 1024 ** 3);
    expect(maxPayload).toBe(2 * 1024 ** 2);
  });

  it.skipIf(isOlderThan(2, 12))('has each message on the disk before it is acknowledged', async () => {
    const { jetstream } = await nats.state();

    expect(jetstream.config.sync_always).toBe(true);
  });

  it('has every user inside accounts, and no listener beyond clients and monitoring', async () => {
    const settings = (await readFile('deploy/nats.conf', 'utf8')).replaceAll(/#.*$/gm, '');

    expect(settings).not.toMatch(
      /\b(authorization|no_auth_user|websocket|leafnodes?|cluster|gateway|mqtt)\b/,
    );
    expect(settings.match(/password:.*$/gm)).toEqual(
      NATS_USERS.map((user) => `password: $NATS_${user.toUpperCase()}_PASSWORD`),
    );
  });

  it('refuses whoever has no password, or a wrong one', async () => {
    await expect(nats.connect()).rejects.toThrow(/authorization violation/i);
    await expect(nats.connect('setup', { pass: 'wrong' })).rejects.toThrow(/authorization violation/i);
    await expect(nats.connect('setup', { pass: passwordOf('ingest') })).rejects.toThrow(
      /authorization violation/i,
    );
  });
});

describe.each(NATS_USERS)('user %s', (user) => {
  let connection: NatsConnection;
  let refused: string[];

  beforeAll(async () => {
    connection = await nats.connect(user);
    refused = [];
    void collectRefusals(connection, refused);
  });

  afterAll(async () => {
    await connection.close();
  });

  it('can not publish what others do', async () => {
    const forbidden = [...FORBIDDEN[user], ...SYSTEM, ...inboxesOfOthers(user)];

    forbidden.forEach((subject) => connection.publish(subject, '{}'));
    await connection.flush();

    await vi.waitFor(() => expect(refused).toHaveLength(forbidden.length));
    expect(refused).toEqual(forbidden.map((subject) => `publish ${subject}`));
  });

  it('can listen only to what it needs', async () => {
    refused.length = 0;
    const forbidden = LISTENABLE.filter((subject) => !HEARD[user].includes(subject));

    LISTENABLE.forEach((subject) => connection.subscribe(subject, { callback: () => undefined }));
    await connection.flush();

    await vi.waitFor(() => expect(refused).toHaveLength(forbidden.length));
    expect(refused).toEqual(forbidden.map((subject) => `subscription ${subject}`));
  });
});

describe('what was refused', () => {
  it('has changed nothing', async () => {
    const connection = await nats.connect('setup');
    const manager = await jetstreamManager(connection);
    const streams = await manager.streams.list().next();

    expect(streams.map(({ config }) => config.name).toSorted()).toEqual(STREAMS.toSorted());
    expect(streams.map(({ state }) => state.messages)).toEqual(STREAMS.map(() => 0));
    await connection.close();
  });
});

async function collectRefusals(connection: NatsConnection, refused: string[]): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'error' && status.error instanceof PermissionViolationError) {
      refused.push(`${status.error.operation} ${status.error.subject}`);
    }
  }
}
