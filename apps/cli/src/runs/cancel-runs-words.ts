import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { BulkChange, type BulkOptions } from './bulk-change.js';
import { eachRun } from './each-run.js';
import { areNamed } from './named-runs.js';
import { filterOf, type RunFilter, withRunFilter } from './run-filter.js';

const HELP = `
By a filter: those that are stored and not over. How many they are is said first, and --yes says that nobody need be
asked. Repeating it changes nothing.

Examples:
  npx agent-platform runs cancel 4711 4712
  npx agent-platform runs cancel --agent weather --status pending --dry-run
  npx agent-platform runs cancel --agent weather --to -1h --yes
`;

interface Cancellation {
  readonly request_id: string;
  readonly status: 'running' | 'success' | 'failed' | 'cancelled';
}

/** `runs cancel` */
export function cancelRunsWords(): Command {
  const command = new Command('cancel')
    .description('end runs, whether they wait or work: some by their ids, or many by a filter')
    .argument('[ids...]', 'run_id or request_id');
  return withRunFilter(command, { statuses: ['pending', 'running'], byError: false })
    .option('--dry-run', 'only count what the filter means')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print what came of it as JSON')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(cancelRuns));
}

async function cancelRuns(
  platform: Platform,
  ids: readonly string[],
  options: RunFilter & BulkOptions,
): Promise<boolean> {
  if (!areNamed(ids, options)) {
    const plan = {
      path: '/runs/cancel',
      filter: filterOf(options),
      verb: 'Cancel',
      done: 'cancelled, or told to stop',
      resume: 'Repeat the command to go on',
    };
    return await new BulkChange(platform, plan).execute(options);
  }
  return await eachRun(
    platform,
    ids,
    options.json === true,
    async (id) => await platform.client.post<Cancellation>(apiPath`/runs/${id}/cancel`),
    ({ status }) => OUTCOMES[status],
  );
}

const OUTCOMES = {
  cancelled: 'cancelled',
  running: 'told to stop; its agent has not obeyed yet',
  success: 'was over already: success',
  failed: 'was over already: failed',
} as const;
