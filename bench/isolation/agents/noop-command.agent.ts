import { fileURLToPath } from 'node:url';
import { Agent, BaseAgent } from '#agents';
import type { MetricValues } from '#contracts';
import { CHILD_CONCURRENCY } from './concurrency.js';

const PROGRAM = fileURLToPath(new URL('noop-command.js', import.meta.url));

@Agent({
  name: 'noop_command',
  description: 'Does nothing, in a program that is started for each run',
  isolation: 'command',
  command: [process.execPath, PROGRAM],
  concurrency: CHILD_CONCURRENCY,
})
export class NoopCommandAgent extends BaseAgent {
  /** Its program does the work. */
  run(): MetricValues {
    throw new Error('An agent of isolation command has no code in the executor');
  }
}
