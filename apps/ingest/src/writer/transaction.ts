import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable, isTransient } from '#database';
import type { Client } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

const TRIES = 8;
/** Grows with each try and is drawn at random: two that met shall not meet again. */
const LONGEST_PAUSE_MS = 20;

/**
 * Runs `work` on one connection, without a transaction of its own. Deadlocks and serialization failures start it over.
 * @throws what `work` throws
 */
export async function inSession<T>(
  source: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(source, work);
    } catch (error) {
      if (!isTransient(error) || tries === TRIES) {
        throw error;
      }
      await delay(Math.random() * LONGEST_PAUSE_MS * tries);
    }
  }
}

/**
 * The same in one transaction.
 * @throws what `work` or the commit throws; nothing was written then, unless the connection broke during the commit
 */
export async function inTransaction<T>(
  source: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  return inSession(source, (runner) => transaction(runner, () => work(runner)));
}

/** A transaction within a session. Left open when it fails: the session rolls it back. */
export async function transaction<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  await runner.startTransaction();
  const result = await work();
  await runner.commitTransaction();
  return result;
}

async function once<T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    const result = await work(runner);
    await runner.release();
    return result;
  } catch (error) {
    await giveBack(runner, error);
    throw error;
  }
}

async function giveBack(runner: QueryRunner, failure: unknown): Promise<void> {
  if (isDatabaseUnavailable(failure)) {
    await destroy(runner);
    return;
  }
  try {
    if (runner.isTransactionActive) {
      await runner.rollbackTransaction();
    }
    await runner.release();
  } catch {
    // It adds nothing: the server rolls back by itself when the connection ends.
    await destroy(runner);
  }
}

/** Keeps a connection in an unknown state out of the pool. */
async function destroy(runner: QueryRunner): Promise<void> {
  try {
    const client = (await runner.connect()) as Client;
    await client.end();
  } catch {
    // There never was a connection.
  } finally {
    await runner.release();
  }
}
