import { isPackSubject } from '../streams/subjects.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { parseJsonArray } from '../validation/parse-json.js';
import { type AnyRunEvent, isFinal, parseRunEvent, validateRunEvent } from './parse-run-event.js';

/** Final events that one message may carry. */
export const MAX_PACKED_EVENTS = 256;

/** What a message of `RUN_EVENTS` says. */
export interface ReadEvents {
  /** In the order in which they happened. */
  readonly events: readonly AnyRunEvent[];
  /** What is wrong with the rest of the message; its good events count all the same. */
  readonly problems: readonly string[];
}

/**
 * Reads a message of `RUN_EVENTS`: one event on the subject of its run, or a pack, a JSON array of final events of many
 * runs that were over before anybody had said that they had begun.
 */
export function readRunEvents(message: { readonly subject: string; readonly data: Uint8Array }): ReadEvents {
  const { subject, data } = message;
  try {
    return isPackSubject(subject)
      ? readPack(parseJsonArray(data))
      : { events: [parseRunEvent(subject, data)], problems: [] };
  } catch (error) {
    return { events: [], problems: [problemOf(error)] };
  }
}

function readPack(items: readonly unknown[]): ReadEvents {
  const events: AnyRunEvent[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    try {
      events.push(packedEvent(item));
    } catch (error) {
      problems.push(`event ${index + 1} of ${items.length}: ${problemOf(error)}`);
    }
  }
  return { events, problems };
}

function packedEvent(item: unknown): AnyRunEvent {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new ContractViolation([{ field: '', message: 'a packed event must be a JSON object' }]);
  }
  const event = validateRunEvent(item as Record<string, unknown>);
  if (!isFinal(event)) {
    throw new ContractViolation([{ field: 'type', message: 'type of a packed event must be a final one' }]);
  }
  return event;
}

function problemOf(error: unknown): string {
  if (error instanceof ContractViolation) {
    return error.message;
  }
  throw error;
}
