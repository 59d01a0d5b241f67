import {
  DECIDED_QUEUE,
  DECIDED_SUBJECT,
  type DecidedAnswer,
  type DecidedInquiry,
  parseDecidedInquiry,
} from '#contracts';
import { DatabaseConnection } from '#database';
import { inTime } from '#http';
import { JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Msg } from '@nats-io/transport-node';
import { WrittenEvents } from './written-events.js';

/** Those who ask wait for 5 s. */
const WRITTEN_MS = 2_000;
const QUERY_MS = 2_000;

const DECIDED_RUNS = `
  SELECT request_id FROM agent_runs WHERE request_id = ANY ($1::text[]) AND finished_at IS NOT NULL`;

/** Says which runs are over, to executors and api: they can't see into packs, and may not read Postgres. */
@Injectable()
export class DecidedRuns implements OnApplicationBootstrap {
  private readonly logger = new Logger(DecidedRuns.name);

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly database: DatabaseConnection,
    private readonly events: WrittenEvents,
  ) {}

  onApplicationBootstrap(): void {
    void this.answerOnceConnected();
  }

  private async answerOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    nats.subscribe(DECIDED_SUBJECT, {
      queue: DECIDED_QUEUE,
      callback: (_error, message) => void this.answer(message),
    });
  }

  private async answer(message: Msg): Promise<void> {
    message.respond(JSON.stringify(await this.answerTo(message.data)));
  }

  private async answerTo(data: Uint8Array): Promise<DecidedAnswer> {
    try {
      return { decided: await this.decided(parseDecidedInquiry(data)) };
    } catch (error) {
      this.logger.warn({ err: error }, 'Whether runs are over could not be found out');
      return { decided: null };
    }
  }

  private async decided({ request_ids, events_up_to }: DecidedInquiry): Promise<string[] | null> {
    if (!(await this.events.areWritten(events_up_to, WRITTEN_MS))) {
      return null;
    }
    const rows = await inTime(
      this.database.dataSource.query<{ request_id: string }[]>(DECIDED_RUNS, [request_ids]),
      QUERY_MS,
      () => new Error('Postgres did not answer in time'),
    );
    return rows.map(({ request_id }) => request_id);
  }
}
