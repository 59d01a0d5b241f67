import { DatabaseConnection, runMigrations } from '#database';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { MetricReader } from '../../apps/ingest/src/readings/metric-reader.js';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';
import { TrustedSessions } from '../../apps/ingest/src/writer/trusted-sessions.js';

const POOL_SIZE = 2;
const POLL_MS = 20;

/** Where a database is, for each of the logins that the bench uses. */
export interface DatabaseUrls {
  readonly superuser: string;
  readonly owner: string;
  readonly ingest: string;
}

/** One of the databases that are compared, as ingest and readers see it. */
export class GrownDatabase {
  readonly writer: BatchWriter;
  readonly reader: MetricReader;

  private constructor(
    readonly name: string,
    private readonly connection: DatabaseConnection,
    /** As the superuser. */
    readonly superuser: Client,
  ) {
    this.writer = new BatchWriter(connection, new TrustedSessions());
    this.reader = new MetricReader(connection);
  }

  /** @throws what `pg` throws */
  static async open(name: string, urls: DatabaseUrls): Promise<GrownDatabase> {
    await runMigrations(urls.owner);
    const superuser = new Client({ connectionString: urls.superuser });
    // When something fails, the servers stop first: that must not hide why.
    superuser.on('error', () => undefined);
    await superuser.connect();
    const connection = new DatabaseConnection({
      url: urls.ingest,
      poolSize: POOL_SIZE,
      applicationName: 'bench',
    });
    connection.onModuleInit();
    while (!connection.isConnected) {
      await delay(POLL_MS);
    }
    return new GrownDatabase(name, connection, superuser);
  }

  /** Reads as a web application does. */
  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.connection.dataSource.query(sql, [...values]);
  }

  async close(): Promise<void> {
    await this.connection.onApplicationShutdown();
    await this.superuser.end();
  }
}
