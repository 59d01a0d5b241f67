import {
  DECIDED_SUBJECT,
  DECIDED_TIMEOUT_MS,
  type DecidedInquiry,
  decidedOf,
  MAX_DECIDED_ASKED,
  PACK_SUBJECTS,
} from '#contracts';
import { ask, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { EventAppender } from '../journal/event-appender.js';
import { BrokerContact } from './broker-contact.js';

/** So long after the broker has come back, ingest may still be on its way there. */
const RETURNING_MS = 30_000;

/** `silence`: nobody answers. `unknown`: nobody can say it now. */
export type Decision = 'decided' | 'open' | 'unknown' | 'silence';

interface Question {
  readonly requestId: string;
  readonly eventsUpTo: number;
  readonly resolve: (decision: Decision) => void;
}

/**
 * Finds out whether a run is over whose own subject is empty, because its final event may have travelled in a pack.
 * Only ingest knows that. Questions that come up while another is under way are asked together.
 */
@Injectable()
export class Decisions {
  private waiting: Question[] = [];
  private isAsking = false;
  /** The last pack from before the broker was found again, and when that was. */
  private lastPackAtReturn: { returnedAtMs: number; sequence: Promise<number> } | undefined;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly appender: EventAppender,
    private readonly contact: BrokerContact,
  ) {}

  /** Of a run that nobody can have begun since the broker was last found again. */
  async ofUndelivered(requestId: string): Promise<Decision> {
    const { returnedAtMs } = this.contact;
    if (this.lastPackAtReturn?.returnedAtMs !== returnedAtMs) {
      this.lastPackAtReturn = { returnedAtMs, sequence: this.lastPack() };
    }
    return await this.ask(requestId, await this.lastPackAtReturn.sequence);
  }

  /** Of a run that somebody may have ended just now. */
  async ofDelivered(requestId: string): Promise<Decision> {
    return await this.ask(requestId, await this.lastPack());
  }

  private async lastPack(): Promise<number> {
    return (await this.appender.last(PACK_SUBJECTS))?.seq ?? 0;
  }

  /** Without any pack, an empty subject says it all. */
  private async ask(requestId: string, eventsUpTo: number): Promise<Decision> {
    if (eventsUpTo === 0) {
      return 'open';
    }
    const { promise, resolve } = Promise.withResolvers<Decision>();
    this.waiting.push({ requestId, eventsUpTo, resolve });
    if (!this.isAsking) {
      this.isAsking = true;
      setImmediate(() => void this.askAll());
    }
    return await promise;
  }

  private async askAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const questions = this.waiting.splice(0, MAX_DECIDED_ASKED);
      const decisionOf = await this.inquire({
        request_ids: questions.map(({ requestId }) => requestId),
        events_up_to: Math.max(...questions.map(({ eventsUpTo }) => eventsUpTo)),
      });
      questions.forEach(({ requestId, resolve }) => resolve(decisionOf(requestId)));
    }
    this.isAsking = false;
  }

  /** A connection that breaks meanwhile gives no answer either. */
  private async inquire(inquiry: DecidedInquiry): Promise<(requestId: string) => Decision> {
    try {
      const { nats } = this.connection;
      const answer = await ask(nats, DECIDED_SUBJECT, JSON.stringify(inquiry), DECIDED_TIMEOUT_MS);
      if (answer === undefined) {
        return () => this.unanswered();
      }
      const decided = decidedOf(answer);
      return (requestId) => {
        return decided === undefined ? 'unknown' : decided.has(requestId) ? 'decided' : 'open';
      };
    } catch {
      return () => 'unknown';
    }
  }

  private unanswered(): Decision {
    return Date.now() - this.contact.returnedAtMs < RETURNING_MS ? 'unknown' : 'silence';
  }
}
