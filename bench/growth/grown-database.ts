import { DatabaseConnection, runMigrations } from '#database';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { MetricReader } from '../../apps/ingest/src/readings/metric-reader.js';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';
import { TrustedSessions } from '../../apps/ingest/src/writer/trusted-sessions.js';
import { type Statement, StatementRecorder } from './statement-recorder.js';

const POOL_SIZE = 2;
const POLL_MS = 20;

/** Where a database is, for each of the logins that the bench uses. */
export interface DatabaseUrls {
  readonly superuser: string;
  readonly owner: string;
  readonly ingest: string;
}

/** What Postgres says that statements take, in ms. */
export interface Taken {
  readonly planning: number;
  readonly execution: number;
}

interface Explained {
  readonly 'Planning Time': number;
  readonly 'Execution Time': number;
}

/** One of the databases that are compared, as ingest and readers see it. */
export class GrownDatabase {
  readonly writer: BatchWriter;
  readonly reader: MetricReader;
  private readonly recorder = new StatementRecorder();

  private constructor(
    readonly urls: DatabaseUrls,
    private readonly connection: DatabaseConnection,
    /** As the superuser. */
    readonly superuser: Client,
    /** The connection of a web application. */
    private readonly application: Client,
  ) {
    this.writer = new BatchWriter(connection, new TrustedSessions());
    this.reader = new MetricReader(connection);
    connection.dataSource.logger = this.recorder;
  }

  /** @throws what `pg` throws */
  static async open(urls: DatabaseUrls): Promise<GrownDatabase> {
    await runMigrations(urls.owner);
    const superuser = await connected(urls.superuser);
    const application = await connected(urls.ingest);
    const connection = new DatabaseConnection({
      url: urls.ingest,
      poolSize: POOL_SIZE,
      applicationName: 'bench',
    });
    connection.onModuleInit();
    while (!connection.isConnected) {
      await delay(POLL_MS);
    }
    return new GrownDatabase(urls, connection, superuser, application);
  }

  /**
   * Asks as a web application does that prepares its statements, so that their plans are warm.
   * @param name of the statement, unique
   */
  async query<Row extends object>(
    name: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    this.recorder.logQuery(sql, values);
    const { rows } = await this.application.query<Row>({ name, text: sql, values: [...values] });
    return rows;
  }

  /** @returns what Postgres plans and executes for a question, without plans that are kept and without the way there */
  async taken(ask: () => Promise<unknown>): Promise<Taken> {
    const statements = await this.recorder.record(ask);
    const taken = { planning: 0, execution: 0 };
    for (const statement of statements) {
      const explained = await this.explain(statement);
      taken.planning += explained['Planning Time'];
      taken.execution += explained['Execution Time'];
    }
    return taken;
  }

  async close(): Promise<void> {
    await this.connection.onApplicationShutdown();
    await Promise.all([this.superuser.end(), this.application.end()]);
  }

  private async explain({ sql, values }: Statement): Promise<Explained> {
    const { rows } = await this.application.query<{ 'QUERY PLAN': [Explained] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
      [...values],
    );
    return rows[0]?.['QUERY PLAN'][0] ?? { 'Planning Time': Number.NaN, 'Execution Time': Number.NaN };
  }
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  // When something fails, the servers stop first: that must not hide why.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
