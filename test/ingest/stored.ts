import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { vi } from 'vitest';
import { DEAD_LETTERS, INGEST_EVENTS, PACK_SUBJECTS, RUN_EVENTS } from '../../libs/contracts/src/index.js';
import type { Platform } from '../support/platform.js';

/** Longer than the ack wait of 30 s, after which the broker delivers anew what was lost with a connection. */
const WRITTEN_MS = 45_000;

export interface StoredRun {
  readonly id: string;
  readonly request_id: string;
  readonly agent_name: string;
  readonly status: string;
  readonly trigger: string;
  readonly error_message: string | null;
  readonly failure_reason: string | null;
  readonly report_hash: string | null;
  readonly started: string;
  readonly finished: string;
}

/** What a spec finds in Postgres and in the streams. */
export class Stored {
  constructor(private readonly platform: Platform) {}

  async runs(where: string, values: unknown[] = []): Promise<StoredRun[]> {
    return await this.platform.query<StoredRun>(
      `SELECT *, to_json(started_at AT TIME ZONE 'UTC') #>> '{}' AS started,
         to_json(finished_at AT TIME ZONE 'UTC') #>> '{}' AS finished
       FROM agent_runs WHERE ${where} ORDER BY id`,
      values,
    );
  }

  async runOf(requestId: string): Promise<StoredRun | undefined> {
    const runs = await this.runs('request_id = $1', [requestId]);
    if (runs.length > 1) {
      throw new Error(`${requestId} has ${runs.length} rows`);
    }
    return runs[0];
  }

  /** By name, as `[number, text]`. */
  async metricsOf(runId: unknown): Promise<Record<string, [string | null, string | null]>> {
    const rows = await this.platform.query<{ name: string; value: string | null; text: string | null }>(
      'SELECT metric_name AS name, metric_value AS value, metric_text AS text FROM agent_metrics WHERE run_id = $1',
      [runId],
    );
    return Object.fromEntries(rows.map(({ name, value, text }) => [name, [value, text]]));
  }

  /** Everything that an agent has in Postgres. */
  async everythingOf(agent: string): Promise<unknown[]> {
    const tables = ['agent_runs', 'agent_metrics', 'agent_daily_summaries', 'agent_daily_metric_summaries'];
    return await Promise.all(
      tables.map((table) =>
        this.platform.query(`SELECT * FROM ${table} AS t WHERE agent_name = $1 ORDER BY t`, [agent]),
      ),
    );
  }

  /** The events of one run in the stream, oldest first. */
  async eventsOf(requestId: string): Promise<Record<string, unknown>[]> {
    const filter = `runs.events.${requestId}`;
    return await this.withManager(async ({ streams, direct }) => {
      const { state } = await streams.info(RUN_EVENTS, { subjects_filter: filter });
      const events: Record<string, unknown>[] = [];
      let sequence = 1;
      while (events.length < (state.subjects?.[filter] ?? 0)) {
        const message = await direct.getMessage(RUN_EVENTS, { seq: sequence, next_by_subj: filter });
        events.push(message!.json());
        sequence = message!.seq + 1;
      }
      return events;
    });
  }

  /** The messages that carry many events, oldest first. */
  async packs(): Promise<StoredMsg[]> {
    return await this.withManager(async ({ direct }) => {
      const packs: StoredMsg[] = [];
      for (let sequence = 1; ; sequence = packs.at(-1)!.seq + 1) {
        const pack = await direct.getMessage(RUN_EVENTS, { seq: sequence, next_by_subj: PACK_SUBJECTS });
        if (pack === null) {
          return packs;
        }
        packs.push(pack);
      }
    });
  }

  /** Resolves once `ingest-events` has acknowledged everything in its stream. */
  async eventsAreWritten(): Promise<void> {
    await this.withManager(async ({ consumers }) => {
      await vi.waitFor(
        async () => {
          const { num_pending, num_ack_pending } = await consumers.info(RUN_EVENTS, INGEST_EVENTS);
          if (num_pending > 0 || num_ack_pending > 0) {
            throw new Error(`${num_pending} events are not delivered, ${num_ack_pending} not acknowledged`);
          }
        },
        { timeout: WRITTEN_MS, interval: 50 },
      );
    });
  }

  async eventCount(): Promise<number> {
    return await this.messagesIn(RUN_EVENTS);
  }

  async deadLetters(): Promise<number> {
    return await this.messagesIn(DEAD_LETTERS);
  }

  /** On a connection of its own: one that is just coming back from an outage would let requests time out. */
  async withManager<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const nats = await connect({ servers: this.platform.natsUrl });
    try {
      return await work(await jetstreamManager(nats));
    } finally {
      await nats.close();
    }
  }

  private async messagesIn(stream: string): Promise<number> {
    return await this.withManager(async ({ streams }) => (await streams.info(stream)).state.messages);
  }
}
