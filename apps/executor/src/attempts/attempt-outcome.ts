import type { MetricValues } from '#contracts';
import type { Interruption } from './interruption.js';

/** How an agent's code ended. */
export type AttemptOutcome =
  | { readonly kind: 'returned'; readonly metrics: MetricValues; readonly result: unknown }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'interrupted'; readonly interruption: Interruption };
