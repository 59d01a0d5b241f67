import type { CancelRunAnswer, UnheldRun } from '#contracts';

/** A run that nothing changes any more. */
export interface FinalRun {
  readonly isFinal: true;
  readonly status: Exclude<CancelRunAnswer['status'], 'running'>;
  /** Whether an executor ended it, so that its request will not come to one as a new one. */
  readonly wasHeld: boolean;
}

/** A run that is not over. */
export interface OpenRun extends UnheldRun {
  readonly isFinal: false;
  /** Sequence of its last event, 0 when it has none: what its next event must expect. */
  readonly lastSequence: number;
  /**
   * Who works on it, by its last event: an executor's id, `nobody`, or `unknown` when it has no event, because an
   * attempt says nothing in its first moments.
   */
  readonly holder: { readonly executor: string } | 'nobody' | 'unknown';
  /** ISO 8601: its request is to be published then; absent when it is. */
  readonly notBefore?: string;
}

export type FoundRun = FinalRun | OpenRun;
