import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { endCommand } from '../end-command.js';
import { wholeNumber } from '../options/whole-number.js';

interface RunOptions {
  readonly input: string;
  readonly json?: boolean;
  readonly attemptLimit: number;
}

const HELP = `
Here and now, in this process: no NATS, no Postgres, and nothing is kept. On a platform: npx agent-platform runs start.
Ctrl-C cancels the run, a second one kills it.

Exit code: 0 success, 1 failed or cancelled, 2 wrong usage.`;

/** `run` and its options. */
export function runWords(loadCli: () => Promise<Cli>): Command {
  return new Command('run')
    .description('run an agent here and now; show its progress, log, metrics and result')
    .argument('<agent>', 'name of the agent')
    .option('-i, --input <json>', 'input of the run, a JSON object, or @file', '{}')
    .option('--attempt-limit <count>', 'how often the run is tried in all', wholeNumber, 1)
    .option('--json', 'print how the run ended as one JSON object; progress and log go to standard error')
    .addHelpText('after', HELP)
    .action(
      async (agent: string, { json = false, ...options }: RunOptions) =>
        await endCommand(async () => await (await loadCli()).run(agent, { ...options, json })),
    );
}
