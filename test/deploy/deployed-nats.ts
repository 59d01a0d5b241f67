import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { inject } from 'vitest';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { ServerProcess } from '../../apps/standalone/src/servers/server-process.js';
import { createServerDirectory, removeServerDirectory } from '../support/server-directory.js';
import { containerEnvironment } from './compose-file.js';

/** The users of deploy/nats.conf. */
export const NATS_USERS = [
  'setup',
  'scheduler',
  'executor',
  'ingest',
  'api',
  'notifier',
  'operator',
] as const;
export type NatsUser = (typeof NATS_USERS)[number];

interface NatsState {
  readonly max_payload: number;
  readonly jetstream: { readonly config: { readonly max_storage: number; readonly sync_always?: boolean } };
}

/** The real nats-server with deploy/nats.conf and the environment that docker-compose.yml gives its container. */
export class DeployedNats {
  private constructor(
    private readonly process: ServerProcess,
    private readonly directory: string,
    private readonly logFile: string,
    private readonly port: number,
    private readonly monitoringPort: number,
  ) {}

  static async start(): Promise<DeployedNats> {
    const directory = await createServerDirectory();
    const [port, monitoringPort] = [await freePort(), await freePort()];
    const configFile = join(directory, 'nats.conf');
    const logFile = join(directory, 'nats.log');
    await mkdir(join(directory, 'data'));
    await writeFile(configFile, await configuration(join(directory, 'data')));
    const process = await ServerProcess.launch({
      command: inject('natsBinary').path,
      args: ['-c', configFile, '-a', '127.0.0.1', '-p', String(port), '-m', String(monitoringPort)],
      logFile,
      recordFile: join(directory, 'nats.server'),
      stopSignal: 'SIGTERM',
      env: containerEnvironment('nats', passwordVariables()),
    });
    const server = new DeployedNats(process, directory, logFile, port, monitoringPort);
    await server.untilReady();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Where it tells its state over HTTP. */
  get monitoringUrl(): string {
    return `http://127.0.0.1:${this.monitoringPort}`;
  }

  /** Connects as one of the users, or as nobody. */
  async connect(user?: NatsUser, options: ConnectionOptions = {}): Promise<NatsConnection> {
    return await connect({
      servers: this.url,
      reconnect: false,
      ...(user !== undefined && {
        user,
        pass: passwordOf(user),
        // As the services and the nats command line have it.
        ...(user !== 'operator' && { inboxPrefix: `_INBOX_${user}` }),
      }),
      ...options,
    });
  }

  /** As its monitoring port tells it. */
  async state(): Promise<NatsState> {
    const response = await fetch(`${this.monitoringUrl}/varz`);
    return (await response.json()) as NatsState;
  }

  /** What the server has refused so far, a line of its log each. */
  async violations(): Promise<string[]> {
    const log = await readFile(this.logFile, 'utf8');
    return log.split('\n').filter((line) => line.includes('Violation'));
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await removeServerDirectory(this.directory);
  }

  private async untilReady(): Promise<void> {
    const giveUpAtMs = Date.now() + 10_000;
    for (;;) {
      try {
        await (await this.connect('setup')).close();
        return;
      } catch (error) {
        if (!this.process.running || Date.now() > giveUpAtMs) {
          throw new Error(
            `nats-server does not run with deploy/nats.conf:\n${await this.process.logTail()}`,
            {
              cause: error,
            },
          );
        }
      }
    }
  }
}

export function passwordOf(user: NatsUser): string {
  // Of digits alone, so that one which is taken for a number is noticed.
  return user === 'scheduler' ? '012345678901234567890123' : `${user}-secret`;
}

/** The passwords of all users, as `.env` has them. */
export function passwordVariables(): Record<string, string> {
  return Object.fromEntries(
    NATS_USERS.map((user) => [`NATS_${user.toUpperCase()}_PASSWORD`, passwordOf(user)]),
  );
}

/** The shipped file on another store; without what the server at hand is too old for. */
async function configuration(storeDir: string): Promise<string> {
  const shipped = await readFile('deploy/nats.conf', 'utf8');
  const here = shipped.replace('store_dir: /data', `store_dir: ${JSON.stringify(storeDir)}`);
  return isOlderThan(2, 10) ? here.replace('sync_interval: always', '') : here;
}

/** Whether the nats-server at hand is. */
export function isOlderThan(major: number, minor: number): boolean {
  const [foundMajor = 0, foundMinor = 0] = inject('natsBinary').version.split('.').map(Number);
  return foundMajor < major || (foundMajor === major && foundMinor < minor);
}
