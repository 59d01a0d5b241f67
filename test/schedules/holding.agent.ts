import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Its runs go on until the spec lets them end. */
@Agent({
  name: 'holding',
  description: 'Waits for the spec',
  concurrency: 2,
  schedules: [{ name: 'yearly', cron: '0 4 1 1 *', timeZone: 'Europe/Madrid' }],
})
export class HoldingAgent extends BaseAgent {
  /** request_ids of runs that have begun, oldest first. */
  static readonly begun: string[] = [];
  static isOpen = true;
  private static readonly waiting: (() => void)[] = [];

  static release(): void {
    HoldingAgent.isOpen = true;
    HoldingAgent.waiting.splice(0).forEach((resolve) => resolve());
  }

  async run(context: RunContext): Promise<MetricValues> {
    HoldingAgent.begun.push(context.requestId);
    if (!HoldingAgent.isOpen) {
      await new Promise<void>((resolve) => HoldingAgent.waiting.push(resolve));
    }
    return {};
  }
}
