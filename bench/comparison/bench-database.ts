import { Pool } from 'pg';
import { BenchServers, TRACK_COMMITS } from '../support/bench-servers.js';

/** What differs from the defaults of Postgres, for everybody. */
export const POSTGRES_SETTINGS = { ...TRACK_COMMITS, shared_buffers: '2GB', max_wal_size: '8GB' };

/** The servers that all share, and a connection of the bench itself for each role, made anew when it breaks. */
export class BenchDatabase {
  /** As the superuser. */
  readonly superuser: Pool;
  /** As the owner of the tables. */
  readonly owner: Pool;

  private constructor(readonly servers: BenchServers) {
    this.superuser = poolOf(servers.superuserUrl);
    this.owner = poolOf(servers.ownerUrl);
  }

  /** @param report takes a line about what takes long */
  static async start(report: (line: string) => void): Promise<BenchDatabase> {
    return new BenchDatabase(await BenchServers.start(report, POSTGRES_SETTINGS));
  }

  async stop(): Promise<void> {
    await Promise.all([this.superuser.end(), this.owner.end()]);
    await this.servers.stop();
  }
}

function poolOf(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 1 });
  pool.on('error', () => undefined); // a server that was killed: the next query connects again
  return pool;
}
