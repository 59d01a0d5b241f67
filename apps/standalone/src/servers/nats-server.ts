import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import type { NatsBinary } from './nats-binary.js';
import { ServerProcess } from './server-process.js';

/** A message of 1 MB with its headers stays below; the platform's own limit is in libs/contracts. */
const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;
/** What all streams may reserve together. */
const MAX_STORE_BYTES = 10 * 1024 * 1024 * 1024;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
/** Long enough for the recovery of large streams. */
const START_MS = 60_000;
const ANSWER_MS = 1_000;
const POLL_MS = 20;

export interface NatsServerOptions {
  binary: NatsBinary;
  /** Created when missing, with its parents. Next to it lie its configuration, log and record, named after it. */
  storeDir: string;
  /** Any free one by default; it stays the same through restarts. */
  port?: number;
  /** Where the server tells its state over HTTP; nowhere by default. */
  monitoringPort?: number;
  /** 127.0.0.1 by default. */
  host?: string;
  /** More lines for the configuration, in the server's own syntax. */
  configExtra?: string;
}

/** A private nats-server with JetStream. It ends when this process ends, however that ends. */
export class NatsServer {
  readonly host: string;
  readonly port: number;
  private readonly options: NatsServerOptions;
  private readonly storeDir: string;
  /** Tells this server from another one that answers on the same port. */
  private readonly name = `agent-platform-${randomUUID()}`;
  private server: ServerProcess | undefined;

  private constructor(options: NatsServerOptions, port: number) {
    this.options = options;
    this.port = port;
    this.host = options.host ?? '127.0.0.1';
    this.storeDir = resolve(options.storeDir);
  }

  /**
   * Starts the server and waits until it takes connections. A server that a killed owner left behind on the store is stopped first.
   * @throws Error with the server's last words when it does not start
   */
  static async start(options: NatsServerOptions): Promise<NatsServer> {
    const server = new NatsServer(options, options.port ?? (await freePort()));
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://${this.host}:${this.port}`;
  }

  /** undefined while the server does not run. */
  get pid(): number | undefined {
    return this.server?.running ? this.server.pid : undefined;
  }

  /**
   * Starts the server again on the same store and port, also after `stop()` or `kill()`.
   * @param syncInterval the server's setting `sync_interval`: how long what it has confirmed may be kept from the disk
   */
  async restart(syncInterval = 'always'): Promise<void> {
    await this.stop();
    const configFile = `${this.storeDir}.conf`;
    await mkdir(dirname(this.storeDir), { recursive: true });
    await writeFile(configFile, this.configuration(syncInterval), { mode: 0o600 });
    const server = await ServerProcess.launch({
      command: this.options.binary.path,
      args: ['-c', configFile],
      logFile: `${this.storeDir}.log`,
      recordFile: `${this.storeDir}.server`,
      stopSignal: 'SIGTERM',
      env: {},
    });
    if (!(await this.ready(server))) {
      await server.stop();
      throw new Error(
        `nats-server did not start on port ${this.port} with ${this.storeDir}:\n${await server.logTail()}`,
      );
    }
    this.server = server;
  }

  /** Ends the server in good order. Safe to call again. */
  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    await this.server?.kill();
    this.server = undefined;
  }

  /** SIGSTOP: connections stay open and nothing answers, as when the machine hangs. */
  pause(): void {
    this.server?.signal('SIGSTOP');
  }

  /** Ends a pause. */
  resume(): void {
    this.server?.signal('SIGCONT');
  }

  private configuration(syncInterval: string): string {
    const { binary, monitoringPort, configExtra } = this.options;
    const [major = 0, minor = 0] = binary.version.split('.').map(Number);
    // Older servers have no such setting and sync every two minutes, whatever is asked for.
    const syncs = major > 2 || (major === 2 && minor >= 10);
    return [
      `server_name: ${JSON.stringify(this.name)}`,
      `host: ${JSON.stringify(this.host)}`,
      `port: ${this.port}`,
      ...(monitoringPort === undefined ? [] : [`http: ${JSON.stringify(`${this.host}:${monitoringPort}`)}`]),
      'ping_interval: "10s"',
      `max_payload: ${MAX_PAYLOAD_BYTES}`,
      'jetstream {',
      `  store_dir: ${JSON.stringify(this.storeDir)}`,
      `  max_file_store: ${MAX_STORE_BYTES}`,
      `  max_memory_store: ${MAX_MEMORY_BYTES}`,
      ...(syncs ? [`  sync_interval: ${syncInterval}`] : []),
      '}',
      ...(configExtra === undefined ? [] : [configExtra]),
      '',
    ].join('\n');
  }

  private async ready(server: ServerProcess): Promise<boolean> {
    const giveUpAtMs = Date.now() + START_MS;
    while (server.running && Date.now() < giveUpAtMs) {
      if ((await this.greeting())?.includes(this.name)) {
        return true;
      }
      await delay(POLL_MS);
    }
    return false;
  }

  /** The line that the server sends first to whoever connects; it names the server. */
  private async greeting(): Promise<string | undefined> {
    const socket = createConnection({ host: this.host, port: this.port });
    try {
      const [line] = (await once(socket, 'data', { signal: AbortSignal.timeout(ANSWER_MS) })) as [Buffer];
      return line.toString();
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  }
}
