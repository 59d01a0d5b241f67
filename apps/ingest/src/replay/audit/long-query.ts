import type { Client, QueryResultRow } from 'pg';
import type { QueryRunner } from 'typeorm';

const LONGEST_MS = 15 * 60_000;

/**
 * A statement that reads whole tables, and so takes longer than those of live traffic may. Inside a transaction.
 * @throws DatabaseError of `pg`, or its client's error
 */
export async function longQuery<Row extends QueryResultRow>(
  runner: QueryRunner,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const client = (await runner.connect()) as Client;
  await client.query(`SET LOCAL statement_timeout = ${LONGEST_MS}`);
  const query = { text, values, query_timeout: LONGEST_MS + 5_000 };
  return (await client.query<Row>(query)).rows;
}
