import { type AnyRunEvent, readRunEvents, RUN_EVENTS } from '#contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection, TimeoutError } from '@nats-io/transport-node';

export type StoredEvent = AnyRunEvent;

/** What is asked while the client has not noticed yet that the broker is back is lost, so it is asked again. */
const TRIES = 3;

/** Every event in `RUN_EVENTS`, in the order in which the broker stored them. */
export async function storedEvents(nats: NatsConnection, tries = TRIES): Promise<StoredEvent[]> {
  try {
    return await readEvents(nats);
  } catch (error) {
    if (error instanceof TimeoutError && tries > 1) {
      return await storedEvents(nats, tries - 1);
    }
    throw error;
  }
}

async function readEvents(nats: NatsConnection): Promise<StoredEvent[]> {
  const manager = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
  const { state } = await manager.streams.info(RUN_EVENTS);
  const events: StoredEvent[] = [];
  let messages = 0;
  if (state.messages > 0) {
    const consumer = await jetstream(nats).consumers.get(RUN_EVENTS);
    for await (const message of await consumer.fetch({ max_messages: state.messages, expires: 10_000 })) {
      const read = readRunEvents(message);
      if (read.problems.length > 0) {
        throw new Error(`${message.subject}: ${read.problems.join('; ')}`);
      }
      events.push(...read.events);
      messages += 1;
    }
  }
  if (messages !== state.messages) {
    throw new Error(`RUN_EVENTS holds ${state.messages} messages, and ${messages} were read`);
  }
  return events;
}

/** The events of one run. */
export async function eventsOf(nats: NatsConnection, requestId: string): Promise<StoredEvent[]> {
  return (await storedEvents(nats)).filter((event) => event.request_id === requestId);
}
