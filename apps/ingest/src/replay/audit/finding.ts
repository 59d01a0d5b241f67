import type { AnyRunEvent, DifferenceKind } from '#contracts';

/**
 * How an event compares with the tables. `stored`: they hold what it says. `duplicate`: another final event has decided
 * its run. `expired`: its run is older than what is kept. `missing`: they lack some of it.
 */
type Verdict = 'stored' | 'duplicate' | 'expired' | 'missing';

/** An event, held against the tables. */
export interface Finding {
  readonly event: AnyRunEvent;
  readonly verdict: Verdict;
  /** Of a run that has a row. */
  readonly runId?: number | undefined;
  /** Whether the run's row is final. */
  readonly isFinal: boolean;
  /** What is missing; only with that verdict. */
  readonly kind?: DifferenceKind;
  /** Metrics, attempts, or lines of a log, that this event would add. */
  readonly missingRows: number;
}
