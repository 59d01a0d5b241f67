import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { wholeNumber } from '../options/whole-number.js';
import { followedLogs, storedLogs } from './log-lines.js';
import { ShownLog } from './shown-log.js';

const HELP = `
--follow shows what is there, waits for more, and ends with the run; a connection that breaks is made again.

Examples:
  npx agent-platform runs logs 4711
  npx agent-platform runs logs -f 4711
  npx agent-platform runs logs 4711 --attempt 2 --json
`;

interface LogOptions {
  readonly follow?: boolean;
  readonly attempt?: number;
  readonly json?: boolean;
}

/** `runs logs` */
export function runLogsWords(): Command {
  return new Command('logs')
    .description('what a run has written')
    .argument('<id>', 'run_id or request_id')
    .option('-f, --follow', 'until the run is over')
    .option('--attempt <n>', 'of this attempt only', wholeNumber)
    .option('--json', 'print a JSON object per line')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(showLogs));
}

async function showLogs(
  { client, output }: Platform,
  id: string,
  { follow = false, attempt, json = false }: LogOptions,
): Promise<boolean> {
  const shown = new ShownLog(output, json);
  const lines = follow
    ? followedLogs(client, apiPath`/runs/${id}/events`)
    : storedLogs(client, apiPath`/runs/${id}/logs`, attempt);
  for await (const some of lines) {
    shown.show(some.filter((line) => attempt === undefined || line.attempt === attempt));
  }
  return true;
}
