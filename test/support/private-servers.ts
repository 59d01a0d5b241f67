import { join } from 'node:path';
import { inject } from 'vitest';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';
import { createServerDirectory, removeServerDirectory } from './server-directory.js';

/** Servers of one spec file, which may kill and pause them. */
export class PrivateServers {
  readonly directory: string;
  private startedNats: NatsServer | undefined;
  private startedPostgres: PostgresServer | undefined;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async start(wanted: { nats?: boolean; postgres?: boolean }): Promise<PrivateServers> {
    const servers = new PrivateServers(await createServerDirectory());
    // Settled, not all: a server that starts while the other fails would outlive its directory.
    const starts = await Promise.allSettled([
      wanted.nats === true && servers.startNats(),
      wanted.postgres === true && servers.startPostgres(),
    ]);
    const failure = starts.find((start) => start.status === 'rejected');
    if (failure) {
      await servers.stop();
      throw failure.reason;
    }
    return servers;
  }

  /** @throws Error when the spec did not ask for a nats-server */
  get nats(): NatsServer {
    if (!this.startedNats) {
      throw new Error('PrivateServers.start was not asked for nats');
    }
    return this.startedNats;
  }

  /** @throws Error when the spec did not ask for a Postgres */
  get postgres(): PostgresServer {
    if (!this.startedPostgres) {
      throw new Error('PrivateServers.start was not asked for postgres');
    }
    return this.startedPostgres;
  }

  /** Stops the servers and removes their data. Safe to call again. */
  async stop(): Promise<void> {
    await Promise.all([this.startedNats?.stop(), this.startedPostgres?.stop()]);
    await removeServerDirectory(this.directory);
  }

  private async startNats(): Promise<void> {
    this.startedNats = await NatsServer.start({
      binary: inject('natsBinary'),
      storeDir: join(this.directory, 'nats'),
    });
  }

  private async startPostgres(): Promise<void> {
    this.startedPostgres = await PostgresServer.start({
      dataDir: join(this.directory, 'postgres'),
      port: await freePort(),
      password: inject('postgresPassword'),
      durable: false,
    });
  }
}
