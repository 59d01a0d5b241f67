/** The roles of the migrations. Logins of services and of the web application are members of them. */
export const GROUP_ROLES = ['agent_platform_ingest', 'agent_platform_api', 'webapp_readonly'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];

export const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const;
type Privilege = (typeof PRIVILEGES)[number];

/** Every table of the platform that services use. */
export const TABLES = [
  'agent_daily_metric_summaries',
  'agent_daily_summaries',
  'agent_metrics',
  'agent_run_attempts',
  'agent_run_logs',
  'agent_runs',
  'audit_log',
  'dead_letters',
  'schedule_fires',
  'schedule_positions',
] as const;

const USUAL: Readonly<Record<GroupRole, readonly Privilege[]>> = {
  agent_platform_ingest: ['SELECT', 'INSERT', 'UPDATE'],
  agent_platform_api: ['SELECT'],
  webapp_readonly: ['SELECT'],
};
/** Nobody changes what is audited, and a web application has no business with it. */
const OF_AUDIT: Readonly<Record<GroupRole, readonly Privilege[]>> = {
  agent_platform_ingest: ['SELECT', 'INSERT'],
  agent_platform_api: ['SELECT'],
  webapp_readonly: [],
};

/** Whether a role is to have a right on a table, as the migrations have it. */
export function isWanted(role: GroupRole, table: string, privilege: Privilege): boolean {
  return (table === 'audit_log' ? OF_AUDIT : USUAL)[role].includes(privilege);
}

export interface Grant {
  readonly role: GroupRole;
  readonly table: string;
  readonly privilege: Privilege;
}
