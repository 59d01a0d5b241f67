import type { FailureReason } from '#contracts';
import type { AttemptOutcome } from '../../attempts/attempt-outcome.js';

/** An attempt that ended with the end of its child. */
export interface ChildFailure {
  readonly kind: 'failed';
  readonly reason: Extract<FailureReason, 'killed' | 'crash' | 'memory' | 'protocol'>;
  readonly error: string;
}

/** How an attempt in a child ended. */
export type ChildOutcome =
  | Exclude<AttemptOutcome, { kind: 'threw' }>
  | { readonly kind: 'threw'; readonly error: string; readonly retryable: boolean }
  | ChildFailure;
