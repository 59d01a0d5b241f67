import type { ParsedRequest } from '#contracts';

/** The right to run one attempt of a run, and to publish its events. */
export interface Lease extends ParsedRequest {
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** Attempts charged before this one. */
  readonly charged: number;
  /** Sequence of the last event of the run, 0 when there is none: what the next event must expect. */
  readonly lastSequence: number;
  /** ISO 8601, set when `started` is published already. */
  readonly claimedAt: string | undefined;
}
