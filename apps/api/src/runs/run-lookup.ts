import {
  type AnyRunEvent,
  ContractViolation,
  eventSubject,
  isFinal,
  type FinalRunEvent,
  originOfLaterRun,
  parseRunRequest,
  readRunEvent,
  RUN_EVENTS,
  RUN_REQUESTS,
} from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { nanosOf, StreamReader } from '#jetstream';
import { Injectable, NotFoundException } from '@nestjs/common';
import type { StoredMsg } from '@nats-io/jetstream';
import { LaterRunStore } from '../later-runs/later-run-store.js';
import type { FinalRun, FoundRun, OpenRun } from './found-run.js';
import { RunRows } from './run-rows.js';
import { UnreadRequests } from './unread-requests.js';

/** `storedRequestId`: the request has no id of its own and is named after its place in the stream. */
const PLACE_PATTERN = /^req-(\d{1,15})-[a-z0-9]+$/;

/** Finds a run wherever it has got to: its events, its row, or just its request. */
@Injectable()
export class RunLookup {
  constructor(
    private readonly reader: StreamReader,
    private readonly rows: RunRows,
    private readonly unread: UnreadRequests,
    private readonly laterRuns: LaterRunStore,
  ) {}

  /**
   * @throws NotFoundException when nobody has asked for such a run
   * @throws BrokerUnavailableException, or what Postgres throws, when it can't be found out
   */
  async find(requestId: string): Promise<FoundRun> {
    const last = await this.reader.last(RUN_EVENTS, eventSubject(requestId));
    const event = last === undefined ? undefined : readRunEvent(last);
    if (last !== undefined && event !== undefined) {
      return runOf(event, last.seq);
    }
    // Before its request is looked for: schedulers publish that first, and take out the run then.
    const run = (await this.later(requestId)) ?? (await this.withoutEvents(requestId));
    return run.isFinal ? run : { ...run, lastSequence: last?.seq ?? 0 };
  }

  /** What has become of it since. @throws BrokerUnavailableException when the broker does not answer */
  async again(run: OpenRun): Promise<FoundRun> {
    const last = await this.reader.last(RUN_EVENTS, eventSubject(run.requestId));
    if (last === undefined) {
      return run;
    }
    const event = readRunEvent(last);
    return event === undefined ? { ...run, lastSequence: last.seq } : runOf(event, last.seq);
  }

  private async later(requestId: string): Promise<OpenRun | undefined> {
    const run = await this.laterRuns.find(requestId);
    return run === undefined
      ? undefined
      : {
          isFinal: false,
          agent: run.agent,
          requestId,
          origin: originOfLaterRun(run),
          attempt: 0,
          lastSequence: 0,
          holder: 'unknown',
          notBefore: run.run_at,
        };
  }

  private async withoutEvents(requestId: string): Promise<FoundRun> {
    const firstUnread = await this.unread.firstSequence();
    let unavailable: unknown;
    try {
      const row = await this.rows.find(requestId);
      if (row !== undefined) {
        return row;
      }
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        throw error;
      }
      unavailable = error;
    }
    const place = PLACE_PATTERN.exec(requestId)?.[1];
    const sequence =
      place === undefined
        ? (await this.unread.find(firstUnread, new Set([requestId]))).get(requestId)
        : Number(place);
    const run = sequence === undefined ? undefined : await this.requested(requestId, sequence);
    if (run === undefined) {
      throw unavailable ?? new NotFoundException(`There is no run with the request_id ${requestId}`);
    }
    return run;
  }

  private async requested(requestId: string, sequence: number): Promise<OpenRun | undefined> {
    const stored = await this.reader.at(RUN_REQUESTS, sequence);
    const request = stored === undefined ? undefined : requestOrNothing(stored);
    if (request?.requestId !== requestId) {
      return undefined;
    }
    const { agent, origin } = request;
    return { isFinal: false, agent, requestId, origin, attempt: 0, lastSequence: 0, holder: 'unknown' };
  }
}

function runOf(event: AnyRunEvent, lastSequence: number): FoundRun {
  if (isFinal(event)) {
    return finalOf(event);
  }
  const { agent, request_id: requestId, origin, attempt, executor } = event;
  return {
    isFinal: false,
    agent,
    requestId,
    origin,
    attempt,
    executor,
    startedAt: event.started_at,
    lastSequence,
    holder: event.type === 'attempt_failed' ? 'nobody' : { executor },
  };
}

function finalOf(event: FinalRunEvent): FinalRun {
  const wasHeld = event.type !== 'reported' && event.executor !== undefined;
  switch (event.type) {
    case 'succeeded':
      return { isFinal: true, status: 'success', wasHeld };
    case 'failed':
    case 'cancelled':
      return { isFinal: true, status: event.type, wasHeld };
    case 'reported':
      return { isFinal: true, status: typeof event.error === 'string' ? 'failed' : 'success', wasHeld };
  }
}

function requestOrNothing(stored: StoredMsg): ReturnType<typeof parseRunRequest> | undefined {
  try {
    return parseRunRequest({
      subject: stored.subject,
      data: stored.data,
      messageId: stored.header.get('Nats-Msg-Id') || undefined,
      sequence: stored.seq,
      storedAtNanos: nanosOf(stored.timestamp),
    });
  } catch (error) {
    if (error instanceof ContractViolation) {
      return undefined;
    }
    throw error;
  }
}
