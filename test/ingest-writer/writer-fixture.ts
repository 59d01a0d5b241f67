import { DatabaseConnection, DatabaseModule, runMigrations } from '#database';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';
import { inject, vi } from 'vitest';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';
import { DeadLetterWriter } from '../../apps/ingest/src/writer/dead-letter-writer.js';
import { PendingWriter } from '../../apps/ingest/src/writer/pending-writer.js';
import { WriterModule } from '../../apps/ingest/src/writer/writer.module.js';
import { PrivateDatabase } from '../support/private-database.js';

/** A summary row next to its recomputation from the rows; a side that is missing is null. */
const SUMMARY_DIFFERENCES = `
  SELECT * FROM agent_daily_summaries kept
  FULL JOIN (
    SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date AS day,
      count(*) FILTER (WHERE status = 'success') AS runs_success,
      count(*) FILTER (WHERE status = 'failed') AS runs_failed,
      count(*) FILTER (WHERE status = 'cancelled') AS runs_cancelled,
      count(started_at) AS duration_count,
      coalesce(sum(extract(epoch FROM finished_at - started_at) * 1000), 0) AS duration_ms_sum,
      min(extract(epoch FROM finished_at - started_at) * 1000) AS duration_ms_min,
      max(extract(epoch FROM finished_at - started_at) * 1000) AS duration_ms_max
    FROM agent_runs WHERE finished_at IS NOT NULL GROUP BY 1, 2
  ) AS recomputed USING (agent_name, day)
  WHERE ROW (kept.runs_success, kept.runs_failed, kept.runs_cancelled, kept.duration_count,
      kept.duration_ms_sum, kept.duration_ms_min, kept.duration_ms_max)
    IS DISTINCT FROM ROW (recomputed.runs_success, recomputed.runs_failed, recomputed.runs_cancelled,
      recomputed.duration_count, recomputed.duration_ms_sum, recomputed.duration_ms_min, recomputed.duration_ms_max)`;

const METRIC_SUMMARY_DIFFERENCES = `
  SELECT * FROM agent_daily_metric_summaries kept
  FULL JOIN (
    SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date AS day,
      count(*) AS count, sum(metric_value) AS sum, min(metric_value) AS min, max(metric_value) AS max
    FROM agent_metrics WHERE metric_value IS NOT NULL GROUP BY 1, 2, 3
  ) AS recomputed USING (agent_name, metric_name, day)
  WHERE ROW (kept.count, kept.sum, kept.min, kept.max)
    IS DISTINCT FROM ROW (recomputed.count, recomputed.sum, recomputed.min, recomputed.max)`;

/** Everything that is stored, without what depends on the order of the writes. */
const CONTENT = [
  `SELECT to_jsonb(r) - 'id' - 'stored_at' AS row FROM agent_runs r ORDER BY request_id`,
  `SELECT to_jsonb(m) - 'id' - 'run_id' || jsonb_build_object('request_id', request_id) AS row
   FROM agent_metrics m JOIN agent_runs r ON r.id = m.run_id ORDER BY request_id, metric_name`,
  `SELECT to_jsonb(a) - 'run_id' || jsonb_build_object('request_id', request_id) AS row
   FROM agent_run_attempts a JOIN agent_runs r ON r.id = a.run_id ORDER BY request_id, a.attempt`,
  `SELECT to_jsonb(s) AS row FROM agent_daily_summaries s ORDER BY agent_name, day`,
  `SELECT to_jsonb(s) AS row FROM agent_daily_metric_summaries s ORDER BY agent_name, metric_name, day`,
];

/** The writers on a migrated database of their own. */
export class WriterFixture {
  private constructor(
    private readonly app: TestingModule,
    private readonly database: PrivateDatabase,
  ) {}

  static async start(poolSize = 4): Promise<WriterFixture> {
    const database = await PrivateDatabase.create();
    await runMigrations(database.ownerUrl);
    const app = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({ url: await createLogin(database), poolSize, applicationName: 'spec' }),
        WriterModule,
      ],
    }).compile();
    await app.init();
    const connection = app.get(DatabaseConnection);
    await vi.waitFor(() => connection.dataSource);
    return new WriterFixture(app, database);
  }

  get batches(): BatchWriter {
    return this.app.get(BatchWriter);
  }

  get pending(): PendingWriter {
    return this.app.get(PendingWriter);
  }

  get deadLetters(): DeadLetterWriter {
    return this.app.get(DeadLetterWriter);
  }

  get connection(): DatabaseConnection {
    return this.app.get(DatabaseConnection);
  }

  get ownerUrl(): string {
    return this.database.ownerUrl;
  }

  /** As the owner of the tables. */
  async asOwner(sql: string, parameters: unknown[] = []): Promise<void> {
    const client = new Client({ connectionString: this.database.ownerUrl });
    await client.connect();
    try {
      await client.query(sql, parameters);
    } finally {
      await client.end();
    }
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.app.get(DatabaseConnection).dataSource.query(sql, parameters);
  }

  async run(requestId: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.query('SELECT * FROM agent_runs WHERE request_id = $1', [requestId]);
    return row;
  }

  async content(): Promise<unknown[]> {
    return Promise.all(CONTENT.map((sql) => this.query(sql)));
  }

  /** Where the summaries differ from what the rows add up to. */
  async summaryDifferences(): Promise<unknown[]> {
    const found = await Promise.all(
      [SUMMARY_DIFFERENCES, METRIC_SUMMARY_DIFFERENCES].map((sql) => this.query(sql)),
    );
    return found.flat();
  }

  /** Deadlocks that Postgres has seen in this database. Ends the writers, because a session counts only when it is over. */
  async deadlocks(): Promise<number> {
    await this.app.close();
    const client = new Client({ connectionString: this.database.superuserUrl });
    await client.connect();
    try {
      await vi.waitFor(async () => {
        const others = await client.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'spec'`,
        );
        if (others.rowCount !== 0) {
          throw new Error('Sessions of the writers are still open');
        }
      });
      const { rows } = await client.query<{ deadlocks: string }>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.deadlocks);
    } finally {
      await client.end();
    }
  }

  /** Cuts every connection of the writers, whatever it is doing. */
  async cutConnections(): Promise<void> {
    await asSuperuser(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = '${this.database.name}' AND application_name = 'spec'`,
    );
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    await asSuperuser(`DROP ROLE ${loginName(this.database)}`);
  }
}

/** A login with the role of production: the specs show that it has the rights it needs. */
async function createLogin(database: PrivateDatabase): Promise<string> {
  const name = loginName(database);
  const url = new URL(database.ownerUrl);
  await asSuperuser(
    `CREATE ROLE ${name} LOGIN PASSWORD '${inject('postgresPassword')}' IN ROLE agent_platform_ingest`,
  );
  url.username = name;
  return url.href;
}

function loginName(database: PrivateDatabase): string {
  return `ingest_${database.name}`;
}

async function asSuperuser(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
