import { type AnyRunEvent, eventSubject, readRunEvent, RUN_EVENTS } from '#contracts';
import { StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { fromNats } from '../http/in-reach.js';

/** More than this of one run are not read at once. */
const MOST_EVENTS = 5_000;

/** An event on its run's own subject, and its place there. */
export interface PlacedEvent {
  readonly sequence: number;
  readonly event: AnyRunEvent;
}

/** Reads the events that the stream still has of a run. Those in packs are not among them. */
@Injectable()
export class EventReader {
  constructor(private readonly reader: StreamReader) {}

  /**
   * @param afterSequence 0 for all
   * @throws BrokerUnavailableException
   */
  async read(requestId: string, afterSequence = 0): Promise<PlacedEvent[]> {
    return await fromNats(
      `The events of ${requestId}`,
      async () => await this.readAll(requestId, afterSequence),
    );
  }

  private async readAll(requestId: string, afterSequence: number): Promise<PlacedEvent[]> {
    const subject = eventSubject(requestId);
    const events: PlacedEvent[] = [];
    let sequence = afterSequence;
    while (events.length < MOST_EVENTS) {
      const message = await this.reader.next(RUN_EVENTS, subject, sequence + 1);
      if (message === undefined) {
        break;
      }
      sequence = message.seq;
      const event = readRunEvent(message);
      if (event !== undefined) {
        events.push({ sequence, event });
      }
    }
    return events;
  }
}
