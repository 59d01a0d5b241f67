import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';
import { nowMs } from '../support/now-ms.js';

/** Does nothing; its metrics are those that every peer returns. */
@Agent({
  name: 'noop',
  description: 'Does nothing, in the executor itself',
  isolation: 'inline',
  concurrency: Number(process.env['BENCH_CONCURRENCY']),
})
export class NoopAgent extends BaseAgent {
  run(): MetricValues {
    return { begun_at_ms: nowMs(), rows: 3, ratio: 0.25, complete: true, city: 'Málaga' };
  }
}
