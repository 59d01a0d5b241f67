import { DataSource } from 'typeorm';
import { migrations, MIGRATIONS_TABLE } from '#migrations';
import { GuardedClient } from '../connection/guarded-client.js';

/** Any number, the same for everyone who migrates this database. */
const LOCK_KEY = 7_305_171_129;

/**
 * Brings the database to the newest schema, each migration in its own transaction. Runs at the same time go one
 * after the other, and the later ones find nothing left to do.
 * @param url of the database, as its owner
 * @returns the names of the migrations that were run
 * @throws what `pg` or TypeORM throws; a database that is not up yet is not waited for
 */
export async function runMigrations(url: string): Promise<string[]> {
  const source = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'agent-platform migrations',
    // One connection holds the lock, one migrates.
    poolSize: 2,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    extra: { Client: GuardedClient },
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    const done = await source.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    // The lock ends with its session.
    await lock.release();
    await source.destroy();
  }
}
