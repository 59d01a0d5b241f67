import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Fails with a message of as many characters as `length` of its input says. */
@Agent({ name: 'wordy', description: 'Fails at length', attemptLimit: 2, retryDelayMs: 20 })
export class WordyAgent extends BaseAgent {
  run({ input }: RunContext): MetricValues {
    throw new Error('x'.repeat(Number(input['length'] ?? 0)));
  }
}
