export { DatabaseConnection } from './connection/database-connection.js';
export type { DatabaseOptions } from './connection/database-options.js';
export { DatabaseModule } from './database.module.js';
export { AgentMetric } from './entities/agent-metric.js';
export { AgentRun, type RunStatus } from './entities/agent-run.js';
export { DatabaseUnavailableException } from './errors/database-unavailable.exception.js';
export { isDatabaseUnavailable, isDataError, isTransient, sqlStateOf } from './errors/database-errors.js';
export { runMigrations } from './migrations/run-migrations.js';
