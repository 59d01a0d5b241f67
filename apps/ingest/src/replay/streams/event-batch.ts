import { type AnyRunEvent, readRunEvents, type UnreadableMessage } from '#contracts';
import type { JetStreamMessage } from '#jetstream';

/** What some messages of `RUN_EVENTS` say. */
export interface EventBatch {
  readonly events: readonly AnyRunEvent[];
  /** The message that brought an event. */
  readonly sources: ReadonlyMap<AnyRunEvent, JetStreamMessage>;
  /** One for each message, or packed event, that is none. */
  readonly unreadable: readonly UnreadableMessage[];
}

/** @param requestId only the events of this run, also of packs */
export function eventBatch(messages: readonly JetStreamMessage[], requestId?: string): EventBatch {
  const sources = new Map<AnyRunEvent, JetStreamMessage>();
  const unreadable: UnreadableMessage[] = [];
  for (const message of messages) {
    const { events, problems } = readRunEvents(message);
    for (const event of events) {
      if (requestId === undefined || event.request_id === requestId) {
        sources.set(event, message);
      }
    }
    const { stream, sequence } = message;
    unreadable.push(...problems.map((reason) => ({ stream, sequence, reason })));
  }
  return { events: [...sources.keys()], sources, unreadable };
}

/** In parts that one transaction may take: a pack brings many events. */
export function inParts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
