import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { findNatsBinary } from '../../apps/standalone/src/servers/nats-binary.js';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';
import { runSetup } from '../../apps/setup/src/run-setup.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';

const DATABASE = 'agent_metrics_db';

/** Settings of Postgres by name. */
export type PostgresSettings = Readonly<Record<string, string>>;

/** So that Postgres can tell when each row was committed. Costs some bytes for each transaction. */
export const TRACK_COMMITS: PostgresSettings = { track_commit_timestamp: 'on' };

/** A prepared nats-server and Postgres in a temporary folder, durable as `npm start` has them. */
export class BenchServers {
  private nats: NatsServer | undefined;
  private postgres: PostgresServer | undefined;
  private readonly ownerPassword = randomBytes(16).toString('hex');
  private readonly ingestPassword = randomBytes(16).toString('hex');
  natsVersion = '';

  private constructor(readonly directory: string) {}

  /**
   * @param report takes a line about what takes long
   * @param settings of Postgres that differ from its defaults
   */
  static async start(
    report: (line: string) => void,
    settings: PostgresSettings = TRACK_COMMITS,
  ): Promise<BenchServers> {
    const directory = await mkdtemp(join(tmpdir(), 'agent-platform-bench-'));
    await chmod(directory, 0o755); // as root, Postgres runs as another user
    const servers = new BenchServers(directory);
    try {
      await servers.launch(report, settings);
      return servers;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  get natsUrl(): string {
    return this.nats?.url ?? '';
  }

  /** Of nats-server and of the postmaster, while they run. */
  get processIds(): { readonly nats: number | undefined; readonly postgres: number | undefined } {
    return { nats: this.nats?.pid, postgres: this.postgres?.pid };
  }

  /** The database, as the superuser. */
  get superuserUrl(): string {
    return this.postgres?.url(DATABASE) ?? '';
  }

  /** The database, as the owner of its tables. */
  get ownerUrl(): string {
    return this.databaseUrl('agent_platform', this.ownerPassword);
  }

  /** The database, as ingest sees it. */
  get ingestUrl(): string {
    return this.databaseUrl('ingest_service', this.ingestPassword);
  }

  /** SIGKILL, and a start at once. */
  async crash(server: 'nats' | 'postgres'): Promise<void> {
    const crashed = server === 'nats' ? this.nats : this.postgres;
    await crashed?.kill();
    await crashed?.restart();
  }

  /**
   * Starts nats-server anew.
   * @param interval between its syncs to disk, such as `1s`; `always`, as it is deployed, syncs each message
   */
  async syncNats(interval: string): Promise<void> {
    await this.nats?.restart(interval);
  }

  async stop(): Promise<void> {
    await Promise.all([this.nats?.stop(), this.postgres?.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }

  private async launch(report: (line: string) => void, settings: PostgresSettings): Promise<void> {
    const binary = await findNatsBinary({ environment: process.env, report });
    this.natsVersion = binary.version;
    this.nats = await NatsServer.start({ binary, storeDir: join(this.directory, 'nats') });
    this.postgres = await PostgresServer.start({
      dataDir: join(this.directory, 'postgres'),
      port: await freePort(),
      password: this.ownerPassword,
      durable: true,
    });
    await this.apply(settings, this.postgres);
    const configuration = Object.assign(new SetupConfiguration(), {
      databaseUrl: this.ownerUrl,
      natsUrl: this.natsUrl,
      ingestDbPassword: this.ingestPassword,
    });
    await runSetup(configuration, () => undefined);
  }

  private async apply(settings: PostgresSettings, postgres: PostgresServer): Promise<void> {
    const client = new Client({ connectionString: postgres.url(DATABASE) });
    await client.connect();
    for (const [name, value] of Object.entries(settings)) {
      await client.query(`ALTER SYSTEM SET ${name} = ${client.escapeLiteral(value)}`);
    }
    await client.end();
    await postgres.restart();
  }

  private databaseUrl(user: string, password: string): string {
    return this.postgres?.url(DATABASE, user, password) ?? '';
  }
}
