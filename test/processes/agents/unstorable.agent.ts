import { Agent, BaseAgent, type RunContext, RunOutput } from '#agents';
import type { MetricValues } from '#contracts';

/** Returns what can't be stored: an object as a metric, or a `result` of that many `bytes`. */
@Agent({ name: 'unstorable', description: 'Returns what can not be stored', attemptLimit: 1 })
export class UnstorableAgent extends BaseAgent {
  run({ input }: RunContext): RunOutput {
    if (typeof input['bytes'] === 'number') {
      return new RunOutput({ metrics: {}, result: 'x'.repeat(input['bytes']) });
    }
    return new RunOutput({ metrics: { nested: {} } as unknown as MetricValues });
  }
}
