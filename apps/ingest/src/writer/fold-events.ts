import { type AnyRunEvent, type AttemptFailed, isFinal } from '#contracts';
import { attemptRow, runRow } from './rows-of-events.js';
import type { AttemptRow, RunChange } from './run-row.js';

/** What a batch of events comes down to. Both lists are in one order for all writers, so that they never deadlock. */
export interface FoldedEvents {
  /** One change at most per run, by request_id. */
  readonly changes: readonly RunChange[];
  /** Attempts that ended without deciding their run, by request_id and attempt. */
  readonly attempts: readonly AttemptRow[];
}

/**
 * Reduces a batch to at most one change per run. Each event says all that its row needs, so the newest one alone makes
 * the row, in whatever order and however often the events come: the first final one, else the one of the newest
 * attempt, in which the end comes after the start.
 */
export function foldEvents(events: readonly AnyRunEvent[]): FoldedEvents {
  const newest = new Map<string, AnyRunEvent>();
  const attempts = new Map<string, AttemptFailed>();
  for (const event of events) {
    const known = newest.get(event.request_id);
    if (known === undefined || supersedes(event, known)) {
      newest.set(event.request_id, event);
    }
    if (event.type === 'attempt_failed') {
      // The first one stays: that is what the primary key does across batches.
      const key = `${event.request_id} ${event.attempt}`;
      attempts.set(key, attempts.get(key) ?? event);
    }
  }
  return {
    changes: [...newest.values()].toSorted(byRequest).map(changeOf),
    attempts: [...attempts.values()].toSorted(byRequest).map(attemptRow),
  };
}

function supersedes(event: AnyRunEvent, known: AnyRunEvent): boolean {
  if (isFinal(known) || isFinal(event)) {
    return !isFinal(known);
  }
  return (
    event.attempt > known.attempt ||
    (event.attempt === known.attempt && event.type === 'attempt_failed' && known.type === 'started')
  );
}

function changeOf(event: AnyRunEvent): RunChange {
  return { row: runRow(event), metrics: isFinal(event) ? event.metrics : {} };
}

/** By UTF-16 code units, which for a request_id is the order of bytes; the locale must not matter. */
function byRequest(one: AnyRunEvent, other: AnyRunEvent): number {
  if (one.request_id !== other.request_id) {
    return one.request_id < other.request_id ? -1 : 1;
  }
  return one.attempt - other.attempt;
}
