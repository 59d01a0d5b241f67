import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Blocks its process for `ms` of its input, as code does that computes and never waits. */
@Agent({ name: 'burner', description: 'Blocks its process', concurrency: 100 })
export class BurnerAgent extends BaseAgent {
  run({ input, attempt }: RunContext): MetricValues {
    const endsAt = performance.now() + Number(input['ms'] ?? 0);
    while (performance.now() < endsAt) {
      // nothing but time passes
    }
    return { attempt };
  }
}
