import { agentsWords } from './agents/agents-words.js';
import type { Cli } from './cli.js';
import { commandLine } from './command-line.js';
import { completionWords } from './completion/completion-words.js';
import { deadLettersWords } from './dead-letters/dead-letters-words.js';
import { executorsWords } from './executors/executors-words.js';
import type { PlatformCli } from './platform-cli.js';
import { doctorWords } from './doctor/doctor-words.js';
import { endCommand } from './end-command.js';
import { proveWords } from './prove/prove-words.js';
import { queuesWords } from './queues/queues-words.js';
import { replayWords } from './replay/replay-words.js';
import { runWords } from './run/run-words.js';
import { runsWords } from './runs/runs-words.js';
import { schedulesWords } from './schedules/schedules-words.js';
import { tokensWords } from './tokens/tokens-words.js';
import { usersWords } from './users/users-words.js';

await commandLine([
  runWords(localCli),
  runsWords(),
  agentsWords(localCli),
  schedulesWords(),
  queuesWords(),
  executorsWords(),
  deadLettersWords(),
  replayWords(async (options) => await endCommand(async () => await (await platformCli()).replay(options))),
  proveWords(async (options) => await endCommand(async () => await (await platformCli()).prove(options))),
  tokensWords(),
  usersWords(),
  doctorWords(),
  completionWords(),
]).parseAsync();

/** Loaded when it is needed: it brings every agent along. */
async function localCli(): Promise<Cli> {
  const { Cli } = await import('./cli.js');
  return new Cli();
}

/** Loaded when it is needed, with the client of NATS. */
async function platformCli(): Promise<PlatformCli> {
  const { PlatformCli } = await import('./platform-cli.js');
  return new PlatformCli();
}
