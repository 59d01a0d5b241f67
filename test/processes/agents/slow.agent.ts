import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';

/** Ignores its signal and takes longer than it may. */
@Agent({ name: 'slow', description: 'Overruns its time limit', attemptLimit: 1, timeLimitMs: 300 })
export class SlowAgent extends BaseAgent {
  async run(): Promise<MetricValues> {
    await setTimeout(2_000, undefined, { ref: false });
    return {};
  }
}
