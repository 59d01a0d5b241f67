import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Fails until attempt number `succeed_at` of its input. */
@Agent({ name: 'flaky', description: 'Fails a few times', attemptLimit: 3, retryDelayMs: 20 })
export class FlakyAgent extends BaseAgent {
  run({ input, attempt }: RunContext): MetricValues {
    if (attempt < Number(input['succeed_at'] ?? 1)) {
      throw new Error(`attempt ${attempt} fails on purpose`);
    }
    return { attempt };
  }
}
