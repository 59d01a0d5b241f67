import { Agent, BaseAgent, type RunContext, RunOutput } from '#agents';
import type { MetricValues } from '#contracts';

/** Returns its input as metrics, and says which attempt it is in its result. */
@Agent({ name: 'echo', description: 'Returns its input', concurrency: 100 })
export class EchoAgent extends BaseAgent {
  run({ input, attempt, requestId }: RunContext): RunOutput {
    return new RunOutput({ metrics: input as MetricValues, result: { attempt, requestId } });
  }
}
