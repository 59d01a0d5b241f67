import { readFile } from 'node:fs/promises';
import { Client, escapeLiteral } from 'pg';
import { PrivateServers } from '../support/private-servers.js';

/** A Postgres that has nothing but what deploy/postgres/init.sql makes. */
export class DeployedPostgres {
  private constructor(private readonly servers: PrivateServers) {}

  /** @param environment of the container */
  static async start(environment: Readonly<Record<string, string>>): Promise<DeployedPostgres> {
    const servers = await PrivateServers.start({ postgres: true });
    const client = new Client({ connectionString: servers.postgres.url('postgres') });
    await client.connect();
    try {
      await client.query('DROP DATABASE agent_metrics_db');
      await client.query('DROP OWNED BY agent_platform'); // what it was granted, on parameters too
      await client.query('DROP ROLE agent_platform');
      for (const statement of await statements(environment)) {
        await client.query(statement);
      }
    } finally {
      await client.end();
    }
    return new DeployedPostgres(servers);
  }

  /** Host and port. */
  get address(): string {
    return new URL(this.servers.postgres.url('agent_metrics_db')).host;
  }

  async stop(): Promise<void> {
    await this.servers.stop();
  }
}

/** As psql reads them: `\getenv` sets a variable from the environment, `:'variable'` is its value in quotes. */
async function statements(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const script = await readFile('deploy/postgres/init.sql', 'utf8');
  const variables = new Map(
    [...script.matchAll(/^\\getenv (\w+) (\w+)$/gm)].map(([, name, source = '']) => [
      name,
      environment[source] ?? '',
    ]),
  );
  return script
    .replaceAll(/^(--|\\).*$/gm, '')
    .replaceAll(/:'(\w+)'/g, (_, name: string) => escapeLiteral(variables.get(name) ?? ''))
    .split(';')
    .filter((statement) => statement.trim() !== '');
}
