import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';
import { LoggingInput } from './logging-input.js';

/** Logs as many lines as `lines` of its input says. */
@Agent({ name: 'logging', description: 'Logs', concurrency: 10, inputClass: LoggingInput })
export class LoggingAgent extends BaseAgent<LoggingInput> {
  run({ input: { lines }, log }: RunContext<LoggingInput>): MetricValues {
    for (let line = 0; line < lines; line += 1) {
      log.info(`line ${line}`);
    }
    return { lines };
  }
}
