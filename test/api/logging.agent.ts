import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Logs as many lines as `lines` of its input says. */
@Agent({ name: 'logging', description: 'Logs', concurrency: 10 })
export class LoggingAgent extends BaseAgent {
  run({ input, log }: RunContext): MetricValues {
    const lines = Number(input['lines'] ?? 0);
    for (let line = 0; line < lines; line += 1) {
      log.info(`line ${line}`);
    }
    return { lines };
  }
}
