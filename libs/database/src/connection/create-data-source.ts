import { DataSource } from 'typeorm';
import { AgentMetric } from '../entities/agent-metric.js';
import { AgentRun } from '../entities/agent-run.js';
import type { DatabaseOptions } from './database-options.js';
import { GuardedClient } from './guarded-client.js';

const STATEMENT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A transaction whose client has frozen gives its locks back. */
const IDLE_IN_TRANSACTION_MS = 15_000;
/** The server cancels first; this is for a server that doesn't answer at all. */
const CLIENT_GRACE_MS = 5_000;

/** A DataSource with bounds on everything that could wait for ever. It is not connected. */
export function createDataSource(options: DatabaseOptions, onIdleError: (error: Error) => void): DataSource {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: options.applicationName,
    poolSize: options.poolSize,
    connectTimeoutMS: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    poolErrorHandler: onIdleError,
    entities: [AgentRun, AgentMetric],
    synchronize: false,
    installExtensions: false,
    extra: {
      Client: GuardedClient,
      keepAlive: true,
      // A timestamp without a zone means UTC, whatever the server's own zone.
      options: '-c TimeZone=UTC',
      statement_timeout: statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      query_timeout: statementTimeoutMs + CLIENT_GRACE_MS,
    },
  });
}
