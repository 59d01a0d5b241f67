/** Not TypeORM's default: a web application that keeps its own tables here may use that one. */
export const MIGRATIONS_TABLE = 'agent_platform_migrations';
