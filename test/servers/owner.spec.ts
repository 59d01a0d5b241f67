import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';
import { createServerDirectory, removeServerDirectory } from '../support/server-directory.js';
import { OwnerProcess } from './owner-process.js';
import { isRunning, processTable } from './process-table.js';

describe('the owner of the servers', () => {
  let directory: string;
  let owner: OwnerProcess;

  beforeEach(async () => {
    directory = await createServerDirectory();
    owner = await OwnerProcess.start(directory);
  });

  afterEach(async () => {
    await owner.kill();
    await vi.waitUntil(() => serversRunning().length === 0, { timeout: 10_000 });
    await removeServerDirectory(directory);
  });

  function serversRunning(): number[] {
    return [owner.servers.nats, owner.servers.postgres].filter(isRunning);
  }

  async function takeOver(): Promise<void> {
    const started = await Promise.allSettled([
      NatsServer.start({
        binary: inject('natsBinary'),
        storeDir: join(directory, 'nats'),
        port: owner.servers.natsPort,
      }),
      PostgresServer.start({
        dataDir: join(directory, 'postgres'),
        port: await freePort(),
        password: inject('postgresPassword'),
        durable: false,
      }),
    ]);
    for (const start of started) {
      if (start.status === 'fulfilled') {
        await start.value.stop();
      }
    }
    const failed = started.find((start) => start.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
  }

  it('leaves no server when it dies by kill -9', async () => {
    expect(serversRunning()).toHaveLength(2);
    await owner.kill();
    await vi.waitFor(() => expect(serversRunning()).toEqual([]), { timeout: 10_000 });
  });

  it('has its servers and guardians outside its process group, where Ctrl-C does not reach them', () => {
    const table = processTable();
    const own = table.find(({ pid }) => pid === owner.pid)!;
    const children = table.filter(({ parent }) => parent === owner.pid);
    expect(children).toHaveLength(4);
    expect(children.filter(({ group }) => group === own.group)).toEqual([]);
  });

  it('is followed by one that stops the servers left behind', async () => {
    await owner.killWithGuardians();
    expect(serversRunning()).toHaveLength(2);
    await takeOver();
    expect(serversRunning()).toEqual([]);
  });

  it('is followed by one that finds a Postgres without its record', async () => {
    await owner.killWithGuardians();
    rmSync(join(directory, 'postgres.server'));
    await takeOver();
    expect(serversRunning()).toEqual([]);
  });

  it('keeps its servers while it lives', async () => {
    await expect(takeOver()).rejects.toThrow(`Process ${owner.pid} already runs a server there`);
    expect(serversRunning()).toHaveLength(2);
  });
});
