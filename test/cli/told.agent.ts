import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

const LOOK_EVERY_MS = 20;

/** Says that it has begun, and works until there is the file that `until` of its input names. */
@Agent({ name: 'told', description: 'Works until it is told', concurrency: 100, timeLimitMs: 60_000 })
export class ToldAgent extends BaseAgent {
  async run({ input, log, progress, signal }: RunContext): Promise<MetricValues> {
    log.info('it has begun');
    progress(40, 'on the way');
    while (!existsSync(String(input['until']))) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal });
    }
    log.warn('it is\u001B[31m told');
    return { told: true };
  }
}
