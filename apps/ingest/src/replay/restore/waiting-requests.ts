import {
  ContractViolation,
  executorConsumer,
  INGEST_REQUESTS,
  type ParsedRequest,
  parseRunRequest,
  priorityOfRequestSubject,
  RUN_REQUESTS,
} from '#contracts';
import { DatabaseConnection } from '#database';
import { JetStreamConnection, StreamReader, nanosOf } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { StoredMsg } from '@nats-io/jetstream';
import { PendingWriter } from '../../writer/pending-writer.js';
import { LiveProgress } from '../streams/live-progress.js';
import type { RestoredRuns } from './restored-runs.js';

/** Read at the same time, each by its sequence: ingest may make no consumers beside those of executors. */
const MAX_MESSAGES = 64;
const FIND = 'SELECT request_id FROM agent_runs WHERE request_id = ANY ($1::text[])';

/**
 * Restores the `pending` rows of requests that still wait for an executor. Others are left alone: their events made
 * the row, and a request whose events have gone would wait for ever.
 */
@Injectable()
export class WaitingRequests {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly reader: StreamReader,
    private readonly live: LiveProgress,
    private readonly database: DatabaseConnection,
    private readonly writer: PendingWriter,
  ) {}

  /**
   * @param dryRun only counts them
   * @param restored runs whose row was restored, or would have been
   * @returns how many were missing
   */
  async restore(dryRun: boolean, restored: RestoredRuns, signal: AbortSignal): Promise<number> {
    const { writtenUpTo } = await this.live.of(RUN_REQUESTS, INGEST_REQUESTS);
    const floors = await this.executorFloors();
    const fromSequence = Math.min(Infinity, ...floors.values()) + 1;
    if (fromSequence > writtenUpTo) {
      return 0;
    }
    let added = 0;
    for (let first = fromSequence; first <= writtenUpTo && !signal.aborted; first += MAX_MESSAGES) {
      const messages = await this.read(first, Math.min(writtenUpTo, first + MAX_MESSAGES - 1));
      const requests = messages.flatMap((message) => waiting(message, floors));
      const missing = await this.missingAmong(requests.filter(({ requestId }) => !restored.has(requestId)));
      added += missing.length;
      if (!dryRun) {
        await this.writer.writePending(missing);
      }
    }
    return added;
  }

  private async read(first: number, last: number): Promise<StoredMsg[]> {
    const sequences = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const reads = sequences.map(async (sequence) => await this.reader.at(RUN_REQUESTS, sequence));
    return (await Promise.all(reads)).filter((message) => message !== undefined);
  }

  /** Up to which sequence the executors are done with the requests for an agent, by the name of its consumer. */
  private async executorFloors(): Promise<ReadonlyMap<string, number>> {
    const manager = await this.connection.manager();
    const floors = new Map<string, number>();
    for await (const { name, ack_floor, num_pending, num_ack_pending } of manager.consumers.list(
      RUN_REQUESTS,
    )) {
      if (name.startsWith(executorConsumer('')) && num_pending + num_ack_pending > 0) {
        floors.set(name, ack_floor.stream_seq);
      }
    }
    return floors;
  }

  private async missingAmong(requests: readonly ParsedRequest[]): Promise<ParsedRequest[]> {
    const byId = new Map(requests.map((request) => [request.requestId, request]));
    const found = await this.database.dataSource.query<{ request_id: string }[]>(FIND, [[...byId.keys()]]);
    found.forEach(({ request_id }) => byId.delete(request_id));
    return [...byId.values()];
  }
}

function waiting(message: StoredMsg, floors: ReadonlyMap<string, number>): ParsedRequest[] {
  try {
    const request = parseRunRequest({
      subject: message.subject,
      data: message.data,
      messageId: message.header.get('Nats-Msg-Id') || undefined,
      sequence: message.seq,
      storedAtNanos: nanosOf(message.timestamp),
    });
    const consumer = executorConsumer(request.agent, priorityOfRequestSubject(message.subject));
    const floor = floors.get(consumer) ?? Infinity;
    return message.seq > floor ? [request] : [];
  } catch (error) {
    if (error instanceof ContractViolation) {
      return []; // it is a place for another, or among the dead letters
    }
    throw error;
  }
}
