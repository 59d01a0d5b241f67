import {
  ContractViolation,
  eventSubject,
  isFinal,
  isPackSubject,
  readRunEvent,
  requestIdOfEventSubject,
  RUN_EVENTS,
} from '#contracts';
import { Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { StoredMsg } from '@nats-io/jetstream';
import { redrivenHeaders, redrivenId } from './redriven-message.js';
import type { StoredDeadLetter } from './stored-dead-letter.js';

const NO_RUN = 'Its subject names no run';
const GOES_ON = 'Its run goes on; try again when that is over';

/** Sends a dead letter's event again, at the end of its run's events. Ingest takes the same event twice without harm. */
@Injectable()
export class EventRedrive {
  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /** Why it can't be sent, if it can't. */
  refusal({ subject }: StoredDeadLetter): string | undefined {
    if (isPackSubject(subject)) {
      return undefined;
    }
    try {
      return eventSubject(requestIdOfEventSubject(subject)) === subject ? undefined : NO_RUN;
    } catch (error) {
      if (error instanceof ContractViolation) {
        return NO_RUN;
      }
      throw error;
    }
  }

  /**
   * An event in between would fence the executor that works on the run, so a run that goes on is left alone.
   * @returns whether it is a new event, or why it was not sent
   * @throws BrokerUnavailableException or StreamFullException
   */
  async send(letter: StoredDeadLetter, payload: Uint8Array): Promise<boolean | string> {
    const messageId = redrivenId(letter);
    if (isPackSubject(letter.subject)) {
      return await this.sendPack(letter, payload, messageId);
    }
    const last = await this.reader.last(RUN_EVENTS, letter.subject);
    if (last?.header.get('Nats-Msg-Id') === messageId) {
      return false;
    }
    if (last !== undefined && last.seq !== letter.sequence && goesOn(last)) {
      return GOES_ON;
    }
    try {
      const { duplicate } = await this.publisher.publish(letter.subject, payload, {
        messageId,
        headers: redrivenHeaders(letter),
        expectedLastSubjectSequence: last?.seq ?? 0,
      });
      return !duplicate;
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return GOES_ON;
      }
      throw error;
    }
  }

  /** Its runs are over, and none of them has a subject that it could disturb. */
  private async sendPack(letter: StoredDeadLetter, payload: Uint8Array, messageId: string): Promise<boolean> {
    const options = { messageId, headers: redrivenHeaders(letter) };
    const { duplicate } = await this.publisher.publish(letter.subject, payload, options);
    return !duplicate;
  }
}

function goesOn(last: StoredMsg): boolean {
  const event = readRunEvent(last);
  return event !== undefined && !isFinal(event);
}
