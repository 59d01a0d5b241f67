import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { UsageError } from '../usage-error.js';
import { type DeadLetterFilter, filterOf, withDeadLetterFilter } from './dead-letter-filter.js';
import { Redrive, type RedriveOptions } from './redrive.js';

const HELP = `
Sends letters to where they came from: requests to their executors, events to ingest, notifications to the notifier. Each
goes once, however often it is asked for. How many they are is said first, and --yes says that nobody need be asked.
What can not be sent is named, and then the exit code is 1.

Examples:
  npx agent-platform dead-letters redrive 12 13
  npx agent-platform dead-letters redrive --stage events --dry-run
  npx agent-platform dead-letters redrive --agent weather --yes
`;

interface RedriveWords extends DeadLetterFilter, RedriveOptions {
  readonly all?: boolean;
}

/** `dead-letters redrive` */
export function redriveWords(): Command {
  const command = new Command('redrive')
    .description('send dead letters again: some by their ids, many by a filter, or all')
    .argument('[ids...]', 'of letters, as `dead-letters list` shows them');
  return withDeadLetterFilter(command)
    .option('--all', 'all there are')
    .option('--dry-run', 'only count those that are meant')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print what came of it as JSON')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(redrive));
}

async function redrive(platform: Platform, ids: readonly string[], options: RedriveWords): Promise<boolean> {
  const filter = filterOf(options);
  const isFiltered = Object.keys(filter).length > 0 || options.all === true;
  if (ids.length > 0 === isFiltered) {
    throw new UsageError('Say which letters: by their ids, by a filter such as --stage events, or --all');
  }
  const numbers = ids.map(Number);
  if (numbers.some((id) => !Number.isSafeInteger(id) || id < 1)) {
    throw new UsageError('Ids of letters are whole numbers from 1');
  }
  return await new Redrive(platform, numbers, filter).execute(options);
}
