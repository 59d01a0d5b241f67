import { readFile } from 'node:fs/promises';
import { JOB_QUEUE, jobSubject, START_PROOF_SUBJECT, START_REPLAY_SUBJECT } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { provision } from '../../apps/setup/src/provision.js';
import { DeployedNats, isOlderThan, NATS_USERS, passwordOf } from './deployed-nats.js';
import {
  COMMAND,
  FORBIDDEN,
  HEARD,
  inboxesOfOthers,
  LISTENABLE,
  STREAMS,
  SYSTEM,
  TOPOLOGY,
} from './nats-permissions.js';

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

describe('commands', () => {
  it.each(NATS_USERS)('are taken by %s only if it is api, in its group', async (user) => {
    const connection = await nats.connect(user);
    const refused: string[] = [];
    void collectRefusals(connection, refused);
    const ignore = { callback: () => undefined };

    connection.subscribe(COMMAND, { ...ignore, queue: 'api' });
    connection.subscribe('commands.>', { ...ignore, queue: 'others' });
    await connection.flush();

    const expected = ['subscription commands.>', `subscription ${COMMAND}`].slice(0, user === 'api' ? 1 : 2);
    await vi.waitFor(() => expect(refused).toHaveLength(expected.length));
    expect(refused.toSorted()).toEqual(expected);
    await connection.close();
  });
});

describe('replays and proofs', () => {
  it.each(NATS_USERS)('are taken by %s only if it is ingest, in its group', async (user) => {
    const connection = await nats.connect(user);
    const refused: string[] = [];
    void collectRefusals(connection, refused);
    const subjects = [START_REPLAY_SUBJECT, START_PROOF_SUBJECT, jobSubject('probe', '*')];

    for (const subject of subjects) {
      connection.subscribe(subject, { callback: () => undefined, queue: JOB_QUEUE });
      connection.subscribe(subject, { callback: () => undefined, queue: 'others' });
    }
    await connection.flush();

    const expected = subjects.flatMap((subject) =>
      Array<string>(user === 'ingest' ? 1 : 2).fill(`subscription ${subject}`),
    );
    await vi.waitFor(() => expect(refused).toHaveLength(expected.length));
    expect(refused.toSorted()).toEqual(expected.toSorted());
    await connection.close();
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
