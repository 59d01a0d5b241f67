import { endWith } from '#configuration';
import { Command, InvalidArgumentError } from 'commander';
import { Cli } from './cli.js';
import { UsageError } from './usage-error.js';

const FAILED = 1;
const BAD_USAGE = 2;

interface RunOptions {
  readonly input: string;
  readonly json?: boolean;
  readonly attemptLimit: number;
}

const program = new Command('agent-platform')
  .description('Runs agents here and now: no NATS and no Postgres are needed, and nothing is kept.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : BAD_USAGE))
  .showHelpAfterError('(--help says more)');

program
  .command('run')
  .description('run an agent and show its progress, log, metrics and result')
  .argument('<agent>', 'name of the agent')
  .option('-i, --input <json>', 'input of the run, a JSON object', '{}')
  .option('--attempt-limit <count>', 'how often the run is tried in all', positive, 1)
  .option('--json', 'print how the run ended as one JSON object; progress and log go to standard error')
  .addHelpText(
    'after',
    '\nCtrl-C cancels the run, a second one kills it. Exit code: 0 success, 1 failed or cancelled, 2 wrong usage.',
  )
  .action(async (agent: string, { json = false, ...options }: RunOptions) => {
    await end(async (cli) => await cli.run(agent, { ...options, json }));
  });

program
  .command('agents')
  .description('list the agents')
  .option('--json', 'print their declarations as JSON')
  .action(async ({ json = false }: { readonly json?: boolean }) => {
    await end(async (cli) => await cli.agents({ json }));
  });

await program.parseAsync();

/** Ends the process also when an agent has left timers or sockets behind. */
async function end(work: (cli: Cli) => Promise<boolean>): Promise<never> {
  try {
    process.exit((await work(new Cli())) ? 0 : FAILED);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(BAD_USAGE);
    }
    return endWith(error);
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return number;
}
