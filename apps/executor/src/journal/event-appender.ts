import { setTimeout } from 'node:timers/promises';
import { type AnyRunEvent, eventSubject, RUN_EVENTS } from '#contracts';
import {
  BrokerUnavailableException,
  LeaseLostException,
  Publisher,
  StreamFullException,
  StreamReader,
  WrongLastSequenceException,
} from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Adds events to a run's subject, each only if nobody else has added one in between. */
@Injectable()
export class EventAppender {
  private readonly logger = new Logger(EventAppender.name);
  private isPatient = true;

  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
    private readonly identity: ExecutorIdentity,
  ) {}

  /** From now on an event is tried once: the process has to end, and what is not published will be run again. */
  giveUp(): void {
    this.isPatient = false;
  }

  /**
   * Publishes an event until the broker has it: an outage of the broker or a full stream delays it, nothing more.
   * @param lastSequence of the run's subject, as the caller knows it
   * @returns the event's sequence
   * @throws LeaseLostException when another executor was there first
   * @throws BrokerUnavailableException or StreamFullException after `giveUp()`
   */
  async append(event: AnyRunEvent, lastSequence: number): Promise<number> {
    const subject = eventSubject(event.request_id);
    const messageId = `${event.request_id}:${event.attempt}:${event.type}:${this.identity.id}`;
    const data = JSON.stringify(event);
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
      try {
        const options = { messageId, expectedLastSubjectSequence: lastSequence };
        return (await this.publisher.publish(subject, data, options)).seq;
      } catch (error) {
        if (error instanceof WrongLastSequenceException) {
          return await this.ownSequence(subject, messageId);
        }
        if (!this.isPatient || !isPassing(error)) {
          throw error;
        }
        this.logger.warn({ err: error, subject, delayMs }, 'An event could not be published, trying again');
        await setTimeout(delayMs);
      }
    }
  }

  /** An expectation also fails when our own publish was stored and its acknowledgement got lost. */
  private async ownSequence(subject: string, messageId: string): Promise<number> {
    const last = await this.reader.last(RUN_EVENTS, subject);
    if (last?.header.get('Nats-Msg-Id') === messageId) {
      return last.seq;
    }
    throw new LeaseLostException('Another executor has taken the run over');
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof BrokerUnavailableException || error instanceof StreamFullException;
}
