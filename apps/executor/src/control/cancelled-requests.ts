import {
  type Cancellation,
  eventSubject,
  isFinal,
  type ParsedRequest,
  readRunEvent,
  RUN_EVENTS,
  unheldRunCancelled,
} from '#contracts';
import { StreamReader } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { EventAppender } from '../journal/event-appender.js';

/** Ends runs that were cancelled before they could start here. */
@Injectable()
export class CancelledRequests {
  private readonly logger = new Logger(CancelledRequests.name);

  constructor(
    private readonly reader: StreamReader,
    private readonly appender: EventAppender,
  ) {}

  /**
   * Resolves when the run is decided. An executor that still works on it ends it by itself, or is fenced by this.
   * @throws LeaseLostException when somebody else adds an event at the same time
   */
  async end({ agent, requestId, origin }: ParsedRequest, cancellation: Cancellation): Promise<void> {
    const subject = eventSubject(requestId);
    const last = await this.reader.last(RUN_EVENTS, subject);
    const event = last === undefined ? undefined : readRunEvent(last);
    if (event !== undefined && isFinal(event)) {
      return;
    }
    const run = {
      agent,
      requestId,
      origin,
      attempt: event?.attempt ?? 0,
      executor: event?.executor,
      startedAt: event?.started_at,
    };
    await this.appender.append(unheldRunCancelled(run, cancellation), last?.seq ?? 0);
    this.logger.log({ agent, requestId }, 'A run was cancelled before it started here');
  }
}
