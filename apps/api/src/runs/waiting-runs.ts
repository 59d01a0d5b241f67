import { DatabaseConnection, isDatabaseUnavailable } from '#database';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';

const MOST_RUNS = 20;

/** Those that began, and those that wait for another attempt. Of open runs there is an index by their request. */
const UNDER_WAY = `
  SELECT request_id FROM agent_runs
  WHERE status IN ('pending', 'running') AND agent_name = $1 AND attempt > 0
  ORDER BY requested_at LIMIT ${MOST_RUNS}`;

/** Knows by which runs the limit of an agent is reached. */
@Injectable()
export class WaitingRuns {
  constructor(private readonly database: DatabaseConnection) {}

  /** Their request_ids, the oldest; nothing while Postgres is away. */
  async underWay(agent: string): Promise<string[] | undefined> {
    try {
      const rows = await fromPostgres(
        async () => await this.database.dataSource.query<{ request_id: string }[]>(UNDER_WAY, [agent]),
      );
      return rows.map(({ request_id }) => request_id);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        throw error;
      }
      return undefined;
    }
  }
}
