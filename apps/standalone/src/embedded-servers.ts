import { join } from 'node:path';
import { passwordsIn, type Passwords } from './passwords.js';
import { freePort } from './servers/free-port.js';
import { findNatsBinary } from './servers/nats-binary.js';
import { NatsServer } from './servers/nats-server.js';
import { PostgresServer } from './servers/postgres-server.js';
import type { StandaloneConfiguration } from './standalone-configuration.js';

const DATABASE = 'agent_metrics_db';
const POSTGRES_PORT = 5433;
const NATS_PORT = 4222;

/** The servers that the services work on: a private Postgres, and a nats-server unless one runs elsewhere. */
export class EmbeddedServers {
  private constructor(
    private readonly postgres: PostgresServer,
    private readonly nats: NatsServer | undefined,
    private readonly passwords: Passwords,
    readonly natsUrl: string,
  ) {}

  /**
   * @param report takes a line about what takes long
   * @throws Error that says what to do, when a server can't be found or started
   */
  static async start(
    { dataDir, natsUrl }: StandaloneConfiguration,
    report: (line: string) => void,
  ): Promise<EmbeddedServers> {
    const passwords = await passwordsIn(dataDir);
    const [postgres, nats] = await Promise.allSettled([
      startPostgres(dataDir, passwords),
      natsUrl === undefined ? startNats(dataDir, report) : undefined,
    ]);
    if (postgres.status === 'rejected' || nats.status === 'rejected') {
      await Promise.all([valueOf(postgres)?.stop(), valueOf(nats)?.stop()]);
      throw postgres.status === 'rejected' ? postgres.reason : (nats as PromiseRejectedResult).reason;
    }
    const url = natsUrl ?? nats.value?.url ?? '';
    return new EmbeddedServers(postgres.value, nats.value, passwords, url);
  }

  /** The database, as the owner of its tables. */
  get ownerUrl(): string {
    return this.postgres.url(DATABASE, 'agent_platform', this.passwords.owner);
  }

  /** The database, as the only service that writes. */
  get ingestUrl(): string {
    return this.postgres.url(DATABASE, 'ingest_service', this.passwords.ingest);
  }

  /** The database, as a service that only reads. */
  get apiUrl(): string {
    return this.postgres.url(DATABASE, 'api_service', this.passwords.api);
  }

  get loginPasswords(): Pick<Passwords, 'ingest' | 'webapp' | 'api'> {
    return this.passwords;
  }

  async stop(): Promise<void> {
    await Promise.all([this.nats?.stop(), this.postgres.stop()]);
  }
}

async function startPostgres(dataDir: string, { owner }: Passwords): Promise<PostgresServer> {
  const port = await freePort(POSTGRES_PORT);
  return await PostgresServer.start({
    dataDir: join(dataDir, 'postgres'),
    port,
    password: owner,
    durable: true,
  });
}

async function startNats(dataDir: string, report: (line: string) => void): Promise<NatsServer> {
  const binary = await findNatsBinary({ environment: process.env, report });
  return await NatsServer.start({ binary, storeDir: join(dataDir, 'nats'), port: await freePort(NATS_PORT) });
}

function valueOf<T>(settled: PromiseSettledResult<T>): T | undefined {
  return settled.status === 'fulfilled' ? settled.value : undefined;
}
