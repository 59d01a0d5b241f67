import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Waits for a minute in a child process, unless it is told to stop. */
@Agent({ name: 'patient', description: 'Waits', isolation: 'process', memoryLimitMb: 256 })
export class PatientAgent extends BaseAgent {
  async run({ signal, progress }: RunContext): Promise<MetricValues> {
    progress(1, 'waiting');
    await setTimeout(60_000, undefined, { signal });
    return {};
  }
}
