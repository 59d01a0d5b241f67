import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';
import { INLINE_CONCURRENCY } from './concurrency.js';
import { noopMetrics } from './noop-metrics.js';

@Agent({
  name: 'noop_inline',
  description: 'Does nothing, in the executor itself',
  isolation: 'inline',
  concurrency: INLINE_CONCURRENCY,
})
export class NoopInlineAgent extends BaseAgent {
  run(): MetricValues {
    return noopMetrics();
  }
}
