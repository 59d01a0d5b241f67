import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';

/** Runs every second. */
@Agent({
  name: 'ticker',
  description: 'Runs every second',
  schedules: [{ name: 'every_second', cron: '* * * * * *', input: { from: 'schedule' } }],
})
export class TickerAgent extends BaseAgent {
  run(): MetricValues {
    return { ticks: 1 };
  }
}
