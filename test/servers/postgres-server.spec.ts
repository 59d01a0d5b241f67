import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';
import { PrivateServers } from '../support/private-servers.js';
import { isRunning } from './process-table.js';

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  // A server that is killed breaks the connection of a client that idles.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('PostgresServer', () => {
  let servers: PrivateServers;
  let server: PostgresServer;
  let ownerUrl: string;

  beforeAll(async () => {
    servers = await PrivateServers.start({ postgres: true });
    server = servers.postgres;
    ownerUrl = server.url('agent_metrics_db', 'agent_platform');
  });

  afterAll(async () => {
    await servers.stop();
  });

  function options(port: number, password = inject('postgresPassword')) {
    return { dataDir: join(servers.directory, 'postgres'), port, password, durable: false };
  }

  it('has the database, owned by agent_platform, in UTF-8', async () => {
    const rows = await query(
      ownerUrl,
      `SELECT pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding, upper('ä') AS upper,
              current_setting('TimeZone') AS zone, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(rows).toEqual([
      { owner: 'agent_platform', encoding: 'UTF8', upper: 'Ä', zone: 'UTC', super: false },
    ]);
  });

  it('refuses a wrong password', async () => {
    await expect(
      query(server.url('agent_metrics_db', 'agent_platform', 'wrong'), 'SELECT 1'),
    ).rejects.toMatchObject({ code: '28P01' });
  });

  it('listens on 127.0.0.1 only', async () => {
    const port = Number(new URL(ownerUrl).port);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && address.family === 'IPv4');
    for (const { address } of others) {
      await expect(once(createConnection({ host: address, port }), 'connect')).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    }
    expect(
      await query(
        server.url('postgres'),
        "SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets",
      ),
    ).toEqual([{ listen: '127.0.0.1', sockets: '' }]);
  });

  it('keeps its data when it is stopped and started again', async () => {
    await query(ownerUrl, 'CREATE TABLE kept (id int)');
    await server.stop();
    await server.stop();
    expect(server.pid).toBeUndefined();
    server = await PostgresServer.start(options(Number(new URL(ownerUrl).port)));
    expect(await query(ownerUrl, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
  });

  it('comes back after kill -9', async () => {
    await query(ownerUrl, 'INSERT INTO kept VALUES (1)');
    const killed = server.pid!;
    await server.kill();
    expect(isRunning(killed)).toBe(false);
    await server.restart();
    expect(server.pid).not.toBe(killed);
    expect(await query(ownerUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  it('refuses a data directory that is in use', async () => {
    await expect(PostgresServer.start(options(await freePort()))).rejects.toThrow(
      `Process ${process.pid} already runs a server there`,
    );
    expect(await query(ownerUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  it('tells why it did not start', async () => {
    const { port } = new URL(ownerUrl);
    const elsewhere = { ...options(Number(port)), dataDir: join(servers.directory, 'second') };
    await expect(PostgresServer.start(elsewhere)).rejects.toThrow(
      /did not start on port \d+[^]*Address already in use/,
    );
  });

  it('tells when the data was created with another password', async () => {
    const port = Number(new URL(ownerUrl).port);
    await server.stop();
    await expect(PostgresServer.start(options(port, 'another'))).rejects.toThrow(
      'created with another password',
    );
    await server.restart();
    expect(await query(ownerUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  it.skipIf(!canPassClosedDirectories())(
    'runs for root below a directory that is closed to others',
    async () => {
      const closed = join(servers.directory, 'home');
      mkdirSync(closed, { mode: 0o700 });
      const options = {
        dataDir: join(closed, 'data/postgres'),
        port: await freePort(),
        password: 'secret',
        durable: false,
      };
      const below = await PostgresServer.start(options);
      try {
        expect(await query(below.url('agent_metrics_db', 'agent_platform'), 'SELECT 1 AS one')).toEqual([
          { one: 1 },
        ]);
        expect(statSync(closed).mode & 0o777).toBe(0o700);
      } finally {
        await below.stop();
      }
    },
  );
});

/** Root with CAP_DAC_READ_SEARCH, which containers usually take away. */
function canPassClosedDirectories(): boolean {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return process.getuid?.() === 0 && (BigInt(`0x${bounding}`) & 4n) !== 0n;
}
