import { Injectable, Logger } from '@nestjs/common';
import { sqlStateOf } from '#database';
import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';

const INSUFFICIENT_PRIVILEGE = '42501';
const TRUST = 'SET session_replication_role = replica';

/**
 * Sessions in which Postgres does not look up the run of every metric, attempt and line of a log again: more than a
 * third of the work of a batch. The foreign keys stay declared and hold for everyone else.
 *
 * Only for statements that take each run_id from a row that their own transaction has inserted or locked, and that
 * delete a run only when it is locked and nothing belongs to it. A session stays trusted when it is back in the pool:
 * whatever else ingest does in it relies on no trigger. Needs the grant that the migrations give where they may;
 * without it every row is checked.
 *
 * For the session, not with SET LOCAL for each transaction: each change of the setting throws all plans away.
 */
@Injectable()
export class TrustedSessions {
  private readonly logger = new Logger(TrustedSessions.name);
  private readonly trusted = new WeakSet<Client>();
  private isRefused = false;

  /**
   * Makes the session of a runner a trusted one, outside of a transaction. Only the first time is it a round trip.
   * @throws what `pg` throws, but not that it is not allowed
   */
  async trust(runner: QueryRunner): Promise<void> {
    const client = (await runner.connect()) as Client;
    if (this.isRefused || this.trusted.has(client)) {
      return;
    }
    try {
      await client.query(TRUST);
      this.trusted.add(client);
    } catch (error) {
      if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) {
        throw error;
      }
      this.isRefused = true;
      this.logger.log(
        'Postgres checks the run of every metric; an administrator can grant SET ON PARAMETER session_replication_role TO agent_platform_ingest',
      );
    }
  }
}
