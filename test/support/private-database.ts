import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

const OWNER = 'agent_platform';

/** An empty database of the shared Postgres for one spec file, owned by agent_platform. The caller runs the migrations. */
export class PrivateDatabase {
  readonly name: string;
  readonly superuserUrl: string;
  readonly ownerUrl: string;

  private constructor(name: string) {
    this.name = name;
    this.superuserUrl = urlOf(name);
    this.ownerUrl = urlOf(name, OWNER);
  }

  static async create(): Promise<PrivateDatabase> {
    const name = `spec_${randomBytes(8).toString('hex')}`;
    await asSuperuser(`CREATE DATABASE ${name} OWNER ${OWNER}`);
    return new PrivateDatabase(name);
  }

  /** Ends the connections that are left and drops the database. Safe to call again. */
  async drop(): Promise<void> {
    await asSuperuser(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

function urlOf(database: string, user?: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  url.username = user ?? url.username;
  return url.href;
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
