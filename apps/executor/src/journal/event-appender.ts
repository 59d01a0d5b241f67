import { type AnyRunEvent, eventSubject, RUN_EVENTS } from '#contracts';
import {
  BrokerUnavailableException,
  JetStreamConnection,
  LeaseLostException,
  type PubAck,
  Publisher,
  StreamFullException,
  StreamReader,
  WrongLastSequenceException,
} from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const READ_RETRY_MS = 500;
/** How long a broker that hangs may keep the process from ending. */
const LAST_WORDS_MS = 1_000;

/** Adds events to a run's subject, each only if nobody else has added one in between. */
@Injectable()
export class EventAppender {
  private readonly logger = new Logger(EventAppender.name);
  private readonly pauses = new Set<() => void>();
  private readonly underWay = new Set<(error: Error) => void>();
  private isPatient = true;

  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
    private readonly identity: ExecutorIdentity,
    connection: JetStreamConnection,
  ) {
    connection.onReconnect(() => this.endPauses());
  }

  /**
   * From now on an event is tried once and for a second at most: the process has to end, and what is not published
   * will be run again.
   */
  giveUp(): void {
    this.isPatient = false;
    this.endPauses();
    const error = new BrokerUnavailableException('NATS did not acknowledge before the process had to end');
    setTimeout(() => this.underWay.forEach((fail) => fail(error)), LAST_WORDS_MS).unref();
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
    const messageId = `${event.request_id}:${event.attempt}:${event.type}:${lastSequence}:${this.identity.id}`;
    const data = JSON.stringify(event);
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
      try {
        const options = { messageId, expectedLastSubjectSequence: lastSequence };
        return (await this.publish(subject, data, options)).seq;
      } catch (error) {
        if (error instanceof WrongLastSequenceException) {
          return await this.ownSequence(subject, messageId);
        }
        if (!this.isPatient || !isPassing(error)) {
          throw error;
        }
        this.logger.warn({ err: error, subject, delayMs }, 'An event could not be published, trying again');
        await this.pause(delayMs);
      }
    }
  }

  /**
   * Publishes once.
   * @throws what `Publisher` throws; BrokerUnavailableException also when the process has to end
   */
  async publish(...message: Parameters<Publisher['publish']>): Promise<PubAck> {
    const { promise, resolve, reject } = Promise.withResolvers<PubAck>();
    this.underWay.add(reject);
    try {
      this.publisher.publish(...message).then(resolve, reject);
      return await promise;
    } finally {
      this.underWay.delete(reject);
    }
  }

  /** Over as soon as another try makes sense. */
  private async pause(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    this.pauses.add(resolve);
    await promise;
    clearTimeout(timer);
    this.pauses.delete(resolve);
  }

  private endPauses(): void {
    this.pauses.forEach((end) => end());
  }

  /**
   * The newest event of a run, or `undefined` when it has none. An outage of the broker delays the answer: a request
   * that were given back for it would look as if somebody had begun its run.
   * @throws BrokerUnavailableException after `giveUp()`
   */
  async last(subject: string): Promise<Awaited<ReturnType<StreamReader['last']>>> {
    for (;;) {
      try {
        return await this.reader.last(RUN_EVENTS, subject);
      } catch (error) {
        if (!this.isPatient || !isPassing(error)) {
          throw error;
        }
        await this.pause(READ_RETRY_MS);
      }
    }
  }

  /** An expectation also fails when our own publish was stored and its acknowledgement got lost. */
  private async ownSequence(subject: string, messageId: string): Promise<number> {
    const last = await this.last(subject);
    if (last?.header.get('Nats-Msg-Id') === messageId) {
      return last.seq;
    }
    throw new LeaseLostException('Another executor has taken the run over');
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof BrokerUnavailableException || error instanceof StreamFullException;
}
