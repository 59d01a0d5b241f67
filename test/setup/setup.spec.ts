import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '#configuration';
import { AGENTS_BUCKET, DEAD_LETTERS, RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { runSetup } from '../../apps/setup/src/run-setup.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { PrivateDatabase } from '../support/private-database.js';
import { PrivateServers } from '../support/private-servers.js';
import { AppProcess } from './app-process.js';

const WEBAPP_PASSWORD = 'only-for-this-spec-7';
const MEBIBYTE = 1_048_576;

describe('setup', () => {
  let servers: PrivateServers;
  let database: PrivateDatabase;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  let environment: Record<string, string>;

  beforeAll(async () => {
    Logger.overrideLogger(['error']);
    [servers, database] = await Promise.all([PrivateServers.start({ nats: true }), PrivateDatabase.create()]);
    connection = await connect({ servers: servers.nats.url });
    manager = await jetstreamManager(connection);
    environment = {
      DATABASE_URL: database.ownerUrl,
      NATS_URL: servers.nats.url,
      RUN_REQUESTS_MAX_BYTES: String(64 * MEBIBYTE),
      RUN_EVENTS_MAX_BYTES: String(64 * MEBIBYTE),
    };
  });

  afterAll(async () => {
    await connection.close();
    await Promise.all([servers.stop(), database.drop()]);
  });

  function configuration(changes: Record<string, string> = {}): SetupConfiguration {
    return loadConfiguration(SetupConfiguration, { ...environment, ...changes });
  }

  async function state(): Promise<unknown> {
    const streams = [RUN_REQUESTS, RUN_EVENTS, DEAD_LETTERS, `KV_${AGENTS_BUCKET}`];
    return await Promise.all(
      streams.map(async (name) => {
        const { config, created } = await manager.streams.info(name);
        const consumers = await manager.consumers.list(name).next();
        return {
          config,
          created,
          consumers: consumers.map((each) => [each.name, each.config, each.created]),
        };
      }),
    );
  }

  it('prepares both servers, also twice at once, and does nothing the next time', async () => {
    const lines: string[] = [];
    const setups = [1, 2].map(() => runSetup(configuration(), (line) => lines.push(line)));
    await Promise.all(setups);
    expect(lines).toContainEqual(expect.stringMatching(/^Migration Create\w+ was run$/));
    expect(lines).toContain('Consumer ingest-events of RUN_EVENTS is as wanted');
    const before = await state();
    expect(before).toMatchObject([
      {
        config: { discard: 'new', duplicate_window: 600e9, max_bytes: 64 * MEBIBYTE, max_msg_size: MEBIBYTE },
        consumers: [
          ['ingest-requests', { ack_policy: 'explicit', max_deliver: -1, max_ack_pending: 20_000 }, {}],
        ],
      },
      {
        config: { discard: 'new', duplicate_window: 120e9 },
        consumers: [
          ['ingest-events', {}, {}],
          ['notifier', { deliver_policy: 'new', max_ack_pending: 2_000 }, {}],
        ],
      },
      { config: { discard: 'old', max_age: 30 * 86_400e9 }, consumers: [['ingest-dead-letters', {}, {}]] },
      { config: { max_msgs_per_subject: 1 }, consumers: [] },
    ]);

    lines.length = 0;
    await runSetup(configuration(), (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith('Migration'))).toEqual([]);
    expect(await state()).toEqual(before);
  });

  it('makes the logins whose passwords are given, and changes the password next time', async () => {
    for (const password of ['an-earlier-one-3', WEBAPP_PASSWORD]) {
      await runSetup(configuration({ WEBAPP_DB_PASSWORD: password }), () => undefined);
      const url = new URL(database.ownerUrl);
      url.username = 'webapp';
      url.password = password;
      const client = new Client({ connectionString: url.href });
      await client.connect();
      const { rows } = await client.query('SELECT count(*)::int AS runs FROM agent_runs');
      await expect(client.query('DELETE FROM agent_runs')).rejects.toThrow('permission denied');
      await client.end();
      expect(rows).toEqual([{ runs: 0 }]);
    }
  });

  it('fails on drift with the difference, and changes nothing', async () => {
    await runSetup(configuration(), () => undefined);
    const before = await state();
    const setup = new AppProcess('setup', { ...environment, RUN_EVENTS_MAX_BYTES: String(128 * MEBIBYTE) });
    expect(await setup.exited).toEqual({ code: 1, signal: null });
    expect(setup.output).toContain('RUN_EVENTS');
    expect(setup.output).toContain(`max_bytes: wanted ${128 * MEBIBYTE}, found ${64 * MEBIBYTE}`);
    expect(await state()).toEqual(before);
  });

  it('prints what it did, without secrets, and exits', async () => {
    const setup = new AppProcess('setup', { ...environment, WEBAPP_DB_PASSWORD: WEBAPP_PASSWORD });
    expect(await setup.exited).toEqual({ code: 0, signal: null });
    expect(setup.output).toContain('Stream RUN_REQUESTS is as wanted\n');
    expect(setup.output).toContain('Login webapp has its password');
    expect(setup.output).not.toContain(WEBAPP_PASSWORD);
    expect(setup.output).not.toContain(new URL(database.ownerUrl).password);
  });

  it('names all bad variables and no value, and exits 78', async () => {
    const setup = new AppProcess('setup', {
      DATABASE_URL: 'mysql://secret-host/x',
      RUN_EVENTS_MAX_BYTES: 'secret-number',
      STREAM_REPLICAS: '7',
      INGEST_DB_PASSWORD: 'secret',
      SETUP_WAIT_SECONDS: '-1',
    });
    expect(await setup.exited).toEqual({ code: 78, signal: null });
    const names = [
      'DATABASE_URL',
      'NATS_URL',
      'RUN_EVENTS_MAX_BYTES',
      'STREAM_REPLICAS',
      'INGEST_DB_PASSWORD',
    ];
    for (const name of [...names, 'SETUP_WAIT_SECONDS']) {
      expect(setup.output).toContain(name);
    }
    expect(setup.output).not.toContain('secret');
  });

  it('waits for servers that are not up, says so, and gives up in time', async () => {
    const lines: string[] = [];
    const absent = { NATS_URL: `nats://127.0.0.1:${await freePort()}`, SETUP_WAIT_SECONDS: '1' };
    await expect(runSetup(configuration(absent), (line) => lines.push(line))).rejects.toThrow(Error);
    expect(lines).toContain('NATS is not up yet, waiting for it up to 1 s');

    lines.length = 0;
    await servers.nats.stop();
    await runSetup(configuration(), (line) => {
      lines.push(line);
      if (line.startsWith('NATS is not up yet')) {
        void servers.nats.restart();
      }
    });
    expect(lines).toContain('NATS is not up yet, waiting for it up to 60 s');
    expect(lines.at(-1)).toMatch(/^Consumer .* is as wanted$/);
  });

  it('does not wait where the password is wrong', async () => {
    const url = new URL(database.ownerUrl);
    url.password = 'wrong';
    const lines: string[] = [];
    await expect(
      runSetup(configuration({ DATABASE_URL: url.href }), (line) => lines.push(line)),
    ).rejects.toThrow('password authentication failed');
    expect(lines).toEqual([]);
  });
});
