import { setTimeout } from 'node:timers/promises';
import {
  ContractViolation,
  deadLetterSubject,
  INGEST_REQUESTS,
  isPlaceId,
  type ParsedRequest,
  parseRunRequest,
  RUN_REQUESTS,
} from '#contracts';
import { type BatchContext, ConsumeBatch, type JetStreamMessage } from '#jetstream';
import { Controller } from '@nestjs/common';
import { PendingWriter } from '../writer/pending-writer.js';
import { EventPace } from './event-pace.js';
import { UnservedRequests } from './unserved-requests.js';

const MAX_MESSAGES = 1_000;
/** A run that is over by then has its row already, and costs no second write. */
const QUIET_MS = 1_000;

/** Gives a row to each request that waits, and an answer to those that nobody will ever run. */
@Controller()
export class RequestController {
  constructor(
    private readonly pending: PendingWriter,
    private readonly unserved: UnservedRequests,
    private readonly pace: EventPace,
  ) {}

  @ConsumeBatch({
    stream: RUN_REQUESTS,
    durable: INGEST_REQUESTS,
    maxMessages: MAX_MESSAGES,
    deadLetterSubject: deadLetterSubject('requests'),
  })
  async write(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    await waitForQuiet(messages, context.signal);
    await this.pace.calm(context.signal);
    const sources = new Map<ParsedRequest, JetStreamMessage>();
    for (const message of messages) {
      const request = isPlaceId(message.messageId) ? undefined : parseOrReject(message, context);
      if (request !== undefined) {
        sources.set(request, message);
      }
    }
    await this.rejectUnserved(sources, context);
    for (const { item, reason } of await this.pending.writePending([...sources.keys()])) {
      const message = sources.get(item);
      if (message !== undefined) {
        context.reject(message, reason);
      }
    }
  }

  private async rejectUnserved(
    sources: Map<ParsedRequest, JetStreamMessage>,
    context: BatchContext,
  ): Promise<void> {
    for (const [request, message] of sources) {
      const reason = await this.unserved.refuse(request);
      if (reason !== undefined) {
        sources.delete(request);
        context.reject(message, reason);
      }
    }
  }
}

/** Until the youngest has had its time; never longer, whatever the clocks of broker and ingest say. */
async function waitForQuiet(messages: readonly JetStreamMessage[], signal: AbortSignal): Promise<void> {
  const youngest = Math.max(...messages.map(({ storedAtMs }) => storedAtMs));
  const waitMs = Math.min(QUIET_MS, youngest + QUIET_MS - Date.now());
  if (waitMs > 0) {
    await setTimeout(waitMs, undefined, { signal }).catch(() => undefined); // stopping: what is here is written now
  }
}

function parseOrReject(message: JetStreamMessage, context: BatchContext): ParsedRequest | undefined {
  try {
    return parseRunRequest(message);
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    context.reject(message, error.message);
    return undefined;
  }
}
