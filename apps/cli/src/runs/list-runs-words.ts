import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { wholeNumber } from '../options/whole-number.js';
import { span } from '../terminal/duration.js';
import { shortened } from '../terminal/shortened.js';
import { table } from '../terminal/table.js';
import type { Run } from './run-answers.js';
import { filterOf, type RunFilter, withRunFilter } from './run-filter.js';

const STATUSES = ['pending', 'running', 'success', 'failed', 'cancelled'];
const DEFAULT_LIMIT = 50;
const LONGEST_ERROR = 80;
const HELP = `
Examples:
  npx agent-platform runs list --agent weather --status failed --from -24h
  npx agent-platform runs list --error timeout --all --json
`;

interface ListOptions extends RunFilter {
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `runs list` */
export function listRunsWords(): Command {
  const command = new Command('list').description('stored runs, newest first; all filters hold together');
  return withRunFilter(command, { statuses: STATUSES, byError: true })
    .option('-n, --limit <count>', 'how many', wholeNumber, DEFAULT_LIMIT)
    .option('--all', 'all of them, from as many pages as it takes')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(listRuns));
}

async function listRuns({ client, output, terminal }: Platform, options: ListOptions): Promise<boolean> {
  const limit = options.all === true ? Infinity : options.limit;
  const { items, hasMore } = await client.part<Run>('/runs', filterOf(options), limit);
  if (options.json === true) {
    output.json(items);
    return true;
  }
  const rows = items.map((run) => [
    String(run.run_id ?? run.request_id),
    run.agent,
    statusOf(run),
    run.schedule === null ? run.trigger : `${run.trigger} ${run.schedule}`,
    run.requested_at,
    span(run.started_at, run.finished_at),
    shortened(run.error_message ?? '', LONGEST_ERROR),
  ]);
  output.lines(table([['RUN', 'AGENT', 'STATUS', 'TRIGGER', 'REQUESTED', 'TOOK', 'ERROR'], ...rows]));
  if (hasMore) {
    terminal.line('info', 'There are more: --limit, or --all');
  }
  return true;
}

function statusOf({ status, progress }: Run): string {
  return status === 'running' && progress !== null ? `running ${Math.round(progress)} %` : status;
}
