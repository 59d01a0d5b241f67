import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Kills its process after `die_ms` of its input, as the kernel does when memory is short; else ends after `ms`. */
@Agent({ name: 'crasher', description: 'Kills its process', concurrency: 100 })
export class CrasherAgent extends BaseAgent {
  async run({ input, attempt }: RunContext): Promise<MetricValues> {
    if (typeof input['die_ms'] === 'number') {
      await setTimeout(input['die_ms']);
      process.kill(process.pid, 'SIGKILL');
    }
    await setTimeout(Number(input['ms'] ?? 0));
    return { attempt };
  }
}
