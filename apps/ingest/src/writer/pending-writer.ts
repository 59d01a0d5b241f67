import { Injectable } from '@nestjs/common';
import type { ParsedRequest } from '#contracts';
import { DatabaseConnection } from '#database';
import { type Refusal, refusePoison } from './poison-splitter.js';
import { pendingRow } from './rows-of-events.js';
import { INSERT_PENDING_RUNS } from './run-sql.js';
import { storableJson } from './storable-json.js';
import { inTransaction } from './transaction.js';

/** Writes the `pending` rows of requests that nobody has begun to work on yet. */
@Injectable()
export class PendingWriter {
  constructor(private readonly database: DatabaseConnection) {}

  /**
   * Adds a row for each request whose run has none, and leaves the others alone.
   * @returns the requests whose values Postgres refuses
   * @throws DatabaseUnavailableException, or what else no request is to blame for
   */
  async writePending(requests: readonly ParsedRequest[]): Promise<Refusal<ParsedRequest>[]> {
    return refusePoison(requests, (part) => this.insert(part));
  }

  private async insert(requests: readonly ParsedRequest[]): Promise<void> {
    if (requests.length === 0) {
      return;
    }
    // One row per run, in the order of the batch writer.
    const rows = new Map(
      requests.map(({ requestId, agent, origin }) => [requestId, pendingRow(requestId, agent, origin)]),
    );
    const sorted = [...rows.values()].toSorted((one, other) => (one.request_id < other.request_id ? -1 : 1));
    const json = storableJson(sorted);
    await inTransaction(this.database.dataSource, (runner) => runner.query(INSERT_PENDING_RUNS, [json]));
  }
}
