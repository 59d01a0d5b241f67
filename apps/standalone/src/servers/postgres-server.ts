import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { PostgresAccount } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { createPostgresCluster } from './postgres-cluster.js';
import { processCommand } from './process-identity.js';
import { ServerProcess } from './server-process.js';
import { ServerRecord, stopForeignProcess } from './server-record.js';

const HOST = '127.0.0.1';
const SUPERUSER = 'postgres';
const DATABASE = 'agent_metrics_db';
const OWNER = 'agent_platform';
/** Long enough for the recovery after a crash under load. */
const START_MS = 120_000;
/** How long the workers of a killed server may take to notice. */
const LEFTOVERS_MS = 20_000;
const POLL_MS = 20;
/** Postgres 18: the line of postmaster.pid that tells the state of the server. */
const STATE_LINE = 7;
/** Not synchronous_commit=off: what was committed must survive a kill -9 also in specs, and without fsync the commit costs little. */
const NOT_DURABLE = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

export interface PostgresServerOptions {
  /** Created when missing, with its parents. Next to it lie its log and its record, named after it. */
  dataDir: string;
  port: number;
  /** Of the superuser `postgres` and of the database owner `agent_platform`. Fixed for the superuser when the data directory is created. */
  password: string;
  /** false: nothing is synced to disk, so commits survive a kill -9 but no power cut. For tests. */
  durable: boolean;
  /** 100 when not said. */
  maxConnections?: number;
}

/**
 * A private Postgres on 127.0.0.1 with the database `agent_metrics_db`, owned by `agent_platform`. It ends when this process ends, however that ends.
 */
export class PostgresServer {
  private readonly options: PostgresServerOptions;
  private server: ServerProcess | undefined;

  private constructor(options: PostgresServerOptions) {
    this.options = { ...options, dataDir: resolve(options.dataDir) };
  }

  /**
   * Starts the server and waits until it answers. A server that a killed owner left behind on the data directory is stopped first.
   * @throws Error with the server's last words when it does not start
   */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const server = new PostgresServer(options);
    await server.restart();
    return server;
  }

  /** @param password that of the options by default */
  url(database: string, user = SUPERUSER, password = this.options.password): string {
    return `postgres://${user}:${encodeURIComponent(password)}@${HOST}:${this.options.port}/${database}`;
  }

  /** The postmaster; undefined while the server does not run. */
  get pid(): number | undefined {
    return this.server?.running ? this.server.pid : undefined;
  }

  /** Starts the server again on the same data and port, also after `stop()` or `kill()`. */
  async restart(): Promise<void> {
    await this.stop();
    const { dataDir, password, durable } = this.options;
    await mkdir(dirname(dataDir), { recursive: true });
    const binaries = await postgresBinaries();
    const account = await PostgresAccount.find(dataDir, binaries.postgres);
    await stopServerLeftBehind(dataDir);
    await createPostgresCluster({ dataDir, password, durable, initdb: binaries.initdb, account });
    await this.launch(binaries.postgres, account);
    try {
      await this.ensureDatabase();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** A fast shutdown: open transactions are rolled back. Safe to call again. */
  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** SIGKILL of the postmaster, as a crash. */
  async kill(): Promise<void> {
    await this.server?.kill();
    this.server = undefined;
  }

  private async launch(postgres: string, account: PostgresAccount): Promise<void> {
    const { dataDir } = this.options;
    const retryUntilMs = Date.now() + LEFTOVERS_MS;
    for (;;) {
      const server = await ServerProcess.launch({
        ...account.command(postgres, this.arguments()),
        logFile: `${dataDir}.log`,
        recordFile: recordFileOf(dataDir),
        stopSignal: 'SIGINT',
        env: { LC_ALL: 'C' },
      });
      if (await this.ready(server)) {
        this.server = server;
        return;
      }
      await server.stop();
      const lastWords = await server.logTail();
      // The workers of a killed postmaster hold its shared memory until they notice that it is gone.
      if (!lastWords.includes('shared memory block') || Date.now() > retryUntilMs) {
        throw new Error(`Postgres did not start on port ${this.options.port} with ${dataDir}:\n${lastWords}`);
      }
    }
  }

  private arguments(): string[] {
    const { dataDir, port, durable, maxConnections = 100 } = this.options;
    const settings = [
      `listen_addresses=${HOST}`,
      'unix_socket_directories=',
      'log_checkpoints=off',
      `max_connections=${maxConnections}`,
    ];
    return [
      '-D',
      dataDir,
      '-p',
      String(port),
      ...settings.flatMap((setting) => ['-c', setting]),
      ...(durable ? [] : NOT_DURABLE),
    ];
  }

  /** The server's own note of its state, as pg_ctl reads it: on a port that is taken, another server would answer. */
  private async ready(server: ServerProcess): Promise<boolean> {
    const giveUpAtMs = Date.now() + START_MS;
    while (server.running && Date.now() < giveUpAtMs) {
      const lines = await pidFileLines(this.options.dataDir);
      if (Number(lines[0]) === server.pid && lines[STATE_LINE]?.trim() === 'ready') {
        return true;
      }
      await delay(POLL_MS);
    }
    return false;
  }

  private async ensureDatabase(): Promise<void> {
    const client = new Client({ connectionString: this.url('postgres') });
    try {
      await client.connect();
      // A statement that fails is logged with its text, and the text holds the password.
      await client.query('SET log_min_error_statement = panic');
      const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [OWNER]);
      const verb = role.rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(
        `${verb} ROLE ${OWNER} LOGIN CREATEROLE PASSWORD ${client.escapeLiteral(this.options.password)}`,
      );
      // The owner may let ingest skip the look-up of the run of each metric, see the migrations.
      await client.query(`GRANT SET ON PARAMETER session_replication_role TO ${OWNER} WITH GRANT OPTION`);
      const database = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (database.rowCount === 0) {
        await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
      }
    } catch (cause) {
      throw new Error(
        `Postgres runs, but its database could not be prepared. Was ${this.options.dataDir} created with another password?`,
        { cause },
      );
    } finally {
      await client.end();
    }
  }
}

/** @throws Error when the owner of that server is alive */
async function stopServerLeftBehind(dataDir: string): Promise<void> {
  await new ServerRecord(recordFileOf(dataDir)).clear('SIGINT');
  // A server whose owner was killed before it had written the record, or whose record was removed by hand.
  const pid = Number((await pidFileLines(dataDir))[0]);
  if (pid > 0 && processCommand(pid)?.includes(` ${dataDir} `)) {
    await stopForeignProcess(pid, 'SIGINT');
  }
}

function recordFileOf(dataDir: string): string {
  return `${dataDir}.server`;
}

async function pidFileLines(dataDir: string): Promise<string[]> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n');
}
