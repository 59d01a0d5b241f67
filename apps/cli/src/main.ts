import { endWith } from '#configuration';
import { Command, InvalidArgumentError } from 'commander';
import type { Cli } from './cli.js';
import { PlatformCli } from './platform-cli.js';
import { RefusedError } from './platform/refused-error.js';
import { UnavailableError } from './platform/unavailable-error.js';
import { proveWords } from './prove/prove-words.js';
import { replayWords } from './replay/replay-words.js';
import { UsageError } from './usage-error.js';

const FAILED = 1;
const BAD_USAGE = 2;
/** `EX_UNAVAILABLE` of sysexits.h. */
const UNAVAILABLE = 69;
const BAD_REQUEST = 400;
const SERVICE_UNAVAILABLE = 503;

interface RunOptions {
  readonly input: string;
  readonly json?: boolean;
  readonly attemptLimit: number;
}

const program = new Command('agent-platform')
  .description(
    'run, agents: here and now, without NATS and Postgres, and nothing is kept. The others: with a platform that runs.',
  )
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
    await end(async () => await (await agentCli()).run(agent, { ...options, json }));
  });

program
  .command('agents')
  .description('list the agents')
  .option('--json', 'print their declarations as JSON')
  .action(async ({ json = false }: { readonly json?: boolean }) => {
    await end(async () => await (await agentCli()).agents({ json }));
  });

const others = [
  replayWords(async (options) => await end(async () => await new PlatformCli().replay(options))),
  proveWords(async (options) => await end(async () => await new PlatformCli().prove(options))),
];
others.forEach((command) => program.addCommand(command.copyInheritedSettings(program)));

await program.parseAsync();

/** Loaded when it is needed: it brings every agent along. */
async function agentCli(): Promise<Cli> {
  const { Cli } = await import('./cli.js');
  return new Cli();
}

/** Ends the process also when an agent has left timers or sockets behind. */
async function end(work: () => Promise<boolean>): Promise<never> {
  try {
    process.exit((await work()) ? 0 : FAILED);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) {
      return endWith(error);
    }
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(exitCode);
  }
}

/** Of errors whose message is all that there is to say. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof RefusedError) {
    const { status } = error.problem;
    return status === BAD_REQUEST ? BAD_USAGE : status === SERVICE_UNAVAILABLE ? UNAVAILABLE : FAILED;
  }
  if (error instanceof UnavailableError) {
    return UNAVAILABLE;
  }
  return error instanceof UsageError ? BAD_USAGE : undefined;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.');
  }
  return number;
}
