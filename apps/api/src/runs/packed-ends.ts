import {
  DECIDED_SUBJECT,
  DECIDED_TIMEOUT_MS,
  type DecidedInquiry,
  decidedOf,
  PACK_SUBJECTS,
  RUN_EVENTS,
} from '#contracts';
import { ask, JetStreamConnection, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { FinalRun } from './found-run.js';
import { RunRows } from './run-rows.js';

/** Finds the end of a run whose own subject is empty because it was over at once: it stands in a pack. */
@Injectable()
export class PackedEnds {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly reader: StreamReader,
    private readonly rows: RunRows,
  ) {}

  /**
   * Nothing when the run goes on, or when ingest can't say it now.
   * @throws BrokerUnavailableException, or what Postgres throws
   */
  async of(requestId: string): Promise<FinalRun | undefined> {
    const lastPack = await this.reader.last(RUN_EVENTS, PACK_SUBJECTS);
    if (lastPack === undefined || !(await this.isDecided(requestId, lastPack.seq))) {
      return undefined;
    }
    const run = await this.rows.find(requestId);
    return run?.isFinal === true ? run : undefined;
  }

  private async isDecided(requestId: string, eventsUpTo: number): Promise<boolean> {
    const inquiry: DecidedInquiry = { request_ids: [requestId], events_up_to: eventsUpTo };
    const { nats } = this.connection;
    const answer = await ask(nats, DECIDED_SUBJECT, JSON.stringify(inquiry), DECIDED_TIMEOUT_MS);
    return answer !== undefined && decidedOf(answer)?.has(requestId) === true;
  }
}
