import type { MetricValues } from '#contracts';
import { nowMs } from '../../support/now-ms.js';

/** What every agent of the bench returns: five metrics, one of them when its code began. */
export function noopMetrics(): MetricValues {
  return { begun_at_ms: nowMs(), rows: 3, ratio: 0.25, complete: true, city: 'Málaga' };
}
