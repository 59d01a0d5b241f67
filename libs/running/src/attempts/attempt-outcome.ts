import type { FailureReason, MetricValues } from '#contracts';
import type { Interruption } from './interruption.js';

/** How an agent's code ended. */
export type AttemptOutcome =
  | { readonly kind: 'returned'; readonly metrics: MetricValues; readonly result: unknown }
  | AttemptFault
  | { readonly kind: 'interrupted'; readonly interruption: Interruption };

/** The agent's code, or the process that it ran in, failed. */
export interface AttemptFault {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  readonly error: string;
  /** Whether another attempt may do better. */
  readonly isRetryable: boolean;
}
