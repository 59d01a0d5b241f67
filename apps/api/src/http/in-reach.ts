import { DatabaseUnavailableException } from '#database';
import { inTime } from '#http';
import { BrokerUnavailableException } from '#jetstream';

/** A person waits, and a client of HTTP gives up soon. */
const LIMIT_MS = 4_000;

/**
 * What NATS is asked for, if it comes within seconds.
 * @param what was not to be had, for the log
 * @throws BrokerUnavailableException otherwise, and for every error of the client of NATS
 */
export async function fromNats<T>(what: string, work: () => Promise<T>): Promise<T> {
  return await inTime(work(), LIMIT_MS, () => new BrokerUnavailableException(`${what}: no answer in time`));
}

/**
 * What Postgres is asked for, if it comes within seconds.
 * @throws DatabaseUnavailableException otherwise
 */
export async function fromPostgres<T>(work: () => Promise<T>): Promise<T> {
  return await inTime(work(), LIMIT_MS, () => new DatabaseUnavailableException());
}
