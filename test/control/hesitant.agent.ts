import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';

/** Fails at once and waits for long before it is tried again. */
@Agent({ name: 'hesitant', description: 'Waits for its retry', retryDelayMs: 3_000 })
export class HesitantAgent extends BaseAgent {
  run(): MetricValues {
    throw new Error('fails on purpose');
  }
}
