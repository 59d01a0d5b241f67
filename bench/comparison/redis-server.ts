import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { ServerProcess } from '../../apps/standalone/src/servers/server-process.js';

const START_MS = 10_000;
const POLL_MS = 50;

/** A Redis of its own that appends every write to a file and syncs that every second, as its makers advise. */
export class RedisServer {
  private constructor(
    private readonly directory: string,
    private readonly server: ServerProcess,
    readonly port: number,
  ) {}

  /** @throws Error when there is no redis-server, or it does not start */
  static async start(): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), 'agent-platform-redis-'));
    const port = await freePort();
    const settings = { port, bind: '127.0.0.1', dir: directory, appendonly: 'yes', appendfsync: 'everysec' };
    const server = await ServerProcess.launch({
      command: 'redis-server',
      args: [
        '--save',
        '',
        ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ],
      logFile: join(directory, 'redis.log'),
      recordFile: join(directory, 'redis.server'),
      stopSignal: 'SIGTERM',
      env: { PATH: process.env['PATH'] },
    });
    const redis = new RedisServer(directory, server, port);
    if (!(await redis.answers())) {
      const lastWords = await server.logTail();
      await redis.stop();
      throw new Error(`redis-server did not start:\n${lastWords}`);
    }
    return redis;
  }

  get pid(): number {
    return this.server.pid;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    const giveUpAt = performance.now() + START_MS;
    while (this.server.running && performance.now() < giveUpAt) {
      const socket = createConnection({ host: '127.0.0.1', port: this.port });
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) {
        return true;
      }
      await setTimeout(POLL_MS);
    }
    return false;
  }
}
