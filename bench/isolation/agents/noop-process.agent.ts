import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';
import { CHILD_CONCURRENCY } from './concurrency.js';
import { noopMetrics } from './noop-metrics.js';

@Agent({
  name: 'noop_process',
  description: 'Does nothing, in a child process of Node',
  isolation: 'process',
  concurrency: CHILD_CONCURRENCY,
})
export class NoopProcessAgent extends BaseAgent {
  run(): MetricValues {
    return noopMetrics();
  }
}
