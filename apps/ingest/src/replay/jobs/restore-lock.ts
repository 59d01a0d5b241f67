import { Client } from 'pg';
import { ConflictException, Injectable, Logger } from '@nestjs/common';
import { IngestConfiguration } from '../../ingest-configuration.js';

/** Of the advisory lock; means nothing but itself. */
const LOCK = [1_795_305_600, 4] as const;
const TRY_LOCK = 'SELECT pg_try_advisory_lock($1, $2) AS locked';
const HOLDER = `
  SELECT application_name AS name, backend_start AS since
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
/** What Postgres keeps of an application's name. */
const MAX_NAME = 63;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 5_000;

export interface HeldLock {
  /** Aborted when the session has ended: nobody is kept out any more. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/**
 * One at a time over all replicas of ingest restores or recounts. Postgres holds the lock for a session of its own, so
 * it goes with whoever dies, and `pg_stat_activity` says who has it.
 */
@Injectable()
export class RestoreLock {
  private readonly logger = new Logger(RestoreLock.name);

  constructor(private readonly configuration: IngestConfiguration) {}

  /**
   * @param name who it is for
   * @throws ConflictException naming who holds it; what `pg` throws when the database is away
   */
  async take(name: string): Promise<HeldLock> {
    const client = new Client({
      connectionString: this.configuration.databaseUrl,
      application_name: name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_NAME),
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    client.on('error', (error) => this.logger.warn({ err: error }, 'The session of a lock was lost'));
    client.on('end', () => lost.abort());
    await client.connect();
    try {
      const { rows } = await client.query<{ locked: boolean }>(TRY_LOCK, [...LOCK]);
      if (rows[0]?.locked !== true) {
        throw new ConflictException(await whoHolds(client));
      }
    } catch (error) {
      await client.end();
      throw error;
    }
    return { lost: lost.signal, release: async () => await client.end() };
  }
}

async function whoHolds(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string; since: Date }>(HOLDER, [...LOCK]);
  const [holder] = rows;
  return holder === undefined
    ? 'Another one has just ended; try again'
    : `One at a time: there is a ${holder.name}, since ${holder.since.toISOString()}`;
}
