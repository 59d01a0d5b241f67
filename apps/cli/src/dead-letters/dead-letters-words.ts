import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { wholeNumber } from '../options/whole-number.js';
import type { DeadLetter, DeadLetterDetail } from './dead-letter-answers.js';
import { type DeadLetterFilter, filterOf, withDeadLetterFilter } from './dead-letter-filter.js';
import { deadLetterDetailLines, deadLetterLines } from './dead-letter-lines.js';
import { redriveWords } from './redrive-words.js';

const DEFAULT_LIMIT = 50;

interface ListOptions extends DeadLetterFilter {
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `dead-letters` and what can be done with them. */
export function deadLettersWords(): Command {
  const group = new Command('dead-letters')
    .description('messages that a stage refused for good: look at them, send them again')
    .addHelpText('after', API_HELP);
  withDeadLetterFilter(group.command('list'))
    .description('dead letters, newest first; all filters hold together')
    .option('-n, --limit <count>', 'how many', wholeNumber, DEFAULT_LIMIT)
    .option('--all', 'all of them')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(platformAction(listLetters));
  group
    .command('show')
    .description('one dead letter with its headers and payload')
    .argument('<id>', 'of the letter')
    .option('--json', 'print it as JSON, the payload as base64')
    .addHelpText('after', API_HELP)
    .action(platformAction(showLetter));
  return group.addCommand(redriveWords());
}

async function listLetters({ client, output, terminal }: Platform, options: ListOptions): Promise<boolean> {
  const limit = options.all === true ? Infinity : options.limit;
  const { items, hasMore } = await client.part<DeadLetter>('/dead-letters', filterOf(options), limit);
  output.lines(options.json === true ? [JSON.stringify(items)] : deadLetterLines(items));
  if (hasMore) {
    terminal.line('info', 'There are more: --limit, or --all');
  }
  return true;
}

async function showLetter(
  { client, output }: Platform,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<boolean> {
  const letter = await client.get<DeadLetterDetail>(apiPath`/dead-letters/${id}`);
  output.lines(json === true ? [JSON.stringify(letter)] : deadLetterDetailLines(letter));
  return true;
}
