import { type AnyRunEvent, type AttemptFailed, isFinal, type RunProgress } from '#contracts';
import { attemptRow, logRows, progressRow, runRow } from './rows-of-events.js';
import type { AttemptRow, LogRow, ProgressRow, RunChange } from './run-row.js';

/** What a batch of events comes down to. Both lists are in one order for all writers, so that they never deadlock. */
export interface FoldedEvents {
  /** One change at most per run, by request_id. */
  readonly changes: readonly RunChange[];
  /** Attempts that ended without deciding their run, by request_id and attempt. */
  readonly attempts: readonly AttemptRow[];
  /** The latest word of each run on how far it has come, by request_id. */
  readonly progress: readonly ProgressRow[];
  readonly logs: readonly LogRow[];
}

/**
 * Reduces a batch to at most one change per run. Each event says all that its row needs, so the newest one alone makes
 * the row, in whatever order and however often the events come: the first final one, else the one of the newest
 * attempt, in which the end comes after the start.
 */
export function foldEvents(events: readonly AnyRunEvent[]): FoldedEvents {
  const newest = new Map<string, AnyRunEvent>();
  const attempts = new Map<string, AttemptFailed>();
  const progress = new Map<string, RunProgress>();
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
    if (event.type === 'progress' && isLater(event, progress.get(event.request_id))) {
      progress.set(event.request_id, event);
    }
  }
  return {
    changes: [...newest.values()].toSorted(byRequest).map(changeOf),
    attempts: [...attempts.values()].toSorted(byRequest).map(attemptRow),
    progress: [...progress.values()].toSorted(byRequest).map(progressRow),
    logs: events.filter((event) => event.type === 'log').flatMap(logRows),
  };
}

function supersedes(event: AnyRunEvent, known: AnyRunEvent): boolean {
  if (isFinal(known) || isFinal(event)) {
    return !isFinal(known);
  }
  return (
    event.attempt > known.attempt ||
    (event.attempt === known.attempt && event.type === 'attempt_failed' && known.type !== 'attempt_failed')
  );
}

function isLater(event: RunProgress, known: RunProgress | undefined): boolean {
  return (
    known === undefined ||
    event.attempt > known.attempt ||
    (event.attempt === known.attempt && Date.parse(event.at) >= Date.parse(known.at))
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
