import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PrivateServers } from '../support/private-servers.js';
import { isRunning } from './process-table.js';

async function withConnection<T>(url: string, use: (connection: NatsConnection) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: url, reconnect: false });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

function messagesIn(url: string, stream: string): Promise<number> {
  return withConnection(url, async (connection) => {
    const manager = await jetstreamManager(connection);
    return (await manager.streams.info(stream)).state.messages;
  });
}

describe('NatsServer', () => {
  let servers: PrivateServers;
  let server: NatsServer;

  beforeAll(async () => {
    servers = await PrivateServers.start({ nats: true });
    server = servers.nats;
    await withConnection(server.url, async (connection) => {
      await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    });
  });

  afterAll(async () => {
    await servers.stop();
  });

  it('takes messages of 1 MB with their headers', async () => {
    const limit = await withConnection(server.url, async (connection) => connection.info?.max_payload);
    expect(limit).toBeGreaterThan(1_048_576);
  });

  it('keeps acknowledged messages through kill -9', async () => {
    await withConnection(server.url, (connection) => jetstream(connection).publish('kept.one', 'first'));
    const killed = server.pid!;
    await server.kill();
    expect(isRunning(killed)).toBe(false);
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(await messagesIn(server.url, 'KEPT')).toBe(1);
  });

  it('keeps its messages when it is stopped and started anew on the same store', async () => {
    const { port } = server;
    await server.stop();
    await server.stop();
    server = await NatsServer.start({
      binary: inject('natsBinary'),
      storeDir: join(servers.directory, 'nats'),
      port,
    });
    expect(await messagesIn(server.url, 'KEPT')).toBe(1);
  });

  it('answers nothing while it is paused, and goes on', async () => {
    const connection = await connect({ servers: server.url });
    server.pause();
    const flushed = connection.flush().then(() => 'answered');
    const first = await Promise.race([flushed, new Promise((resolve) => setImmediate(resolve, 'silent'))]);
    expect(first).toBe('silent');
    server.resume();
    expect(await flushed).toBe('answered');
    await connection.close();
  });

  it('stops also when it is paused', async () => {
    const { pid } = server;
    server.pause();
    await server.stop();
    expect(isRunning(pid!)).toBe(false);
    await server.restart();
  });

  it('stands beside another one on a port of its own', async () => {
    const both = await Promise.all(
      ['left', 'right'].map((name) =>
        NatsServer.start({ binary: inject('natsBinary'), storeDir: join(servers.directory, name) }),
      ),
    );
    try {
      expect(new Set([...both, server].map(({ port }) => port)).size).toBe(3);
      await Promise.all(both.map((one) => withConnection(one.url, (connection) => connection.flush())));
    } finally {
      await Promise.all(both.map((one) => one.stop()));
    }
  });

  it('tells why it did not start, also when another server answers on its port', async () => {
    const taken = {
      binary: inject('natsBinary'),
      storeDir: join(servers.directory, 'taken'),
      port: server.port,
    };
    await expect(NatsServer.start(taken)).rejects.toThrow(
      /did not start on port \d+[^]*address already in use/,
    );
  });
});
