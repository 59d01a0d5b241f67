import { CreateRoles1795305600000 } from './1795305600000-create-roles.js';
import { CreateRuns1795305600001 } from './1795305600001-create-runs.js';
import { CreateDailySummaries1795305600002 } from './1795305600002-create-daily-summaries.js';
import { CreateFiresAndDeadLetters1795305600003 } from './1795305600003-create-fires-and-dead-letters.js';
import { PartitionMetricsAndLogs1795305600004 } from './1795305600004-partition-metrics-and-logs.js';
import { ExtendScheduleFires1795305600010 } from './1795305600010-extend-schedule-fires.js';
import { CreateAuditLog1795305600020 } from './1795305600020-create-audit-log.js';
import { DeleteOldFires1795305600033 } from './1795305600033-delete-old-fires.js';

export { MIGRATIONS_TABLE } from './migrations-table.js';

/** Every migration, oldest first. */
export const migrations = [
  CreateRoles1795305600000,
  CreateRuns1795305600001,
  CreateDailySummaries1795305600002,
  CreateFiresAndDeadLetters1795305600003,
  PartitionMetricsAndLogs1795305600004,
  ExtendScheduleFires1795305600010,
  CreateAuditLog1795305600020,
  DeleteOldFires1795305600033,
];
