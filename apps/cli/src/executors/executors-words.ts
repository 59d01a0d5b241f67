import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { table } from '../terminal/table.js';

const HELP = `
One that has said nothing for 15 seconds is gone; one that stops in order (draining) goes when its runs are over.

Example:
  npx agent-platform executors --agent weather
`;

interface Executor {
  readonly id: string;
  readonly group: string;
  readonly version: string | null;
  readonly status: string;
  readonly agents: readonly string[];
  readonly concurrency: number;
  readonly held_runs: number;
  readonly started_at: string;
  readonly last_seen: string;
}

/** `executors` */
export function executorsWords(): Command {
  return new Command('executors')
    .description('executors that are alive: what they work on, their version, when they were last seen')
    .option('-a, --agent <name>', 'those that serve this agent')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(showExecutors));
}

async function showExecutors(
  { client, output }: Platform,
  { agent, json }: { readonly agent?: string; readonly json?: boolean },
): Promise<boolean> {
  const executors = await client.list<Executor>('/executors', { agent }, Infinity);
  const rows = executors.map((each) => [
    each.id,
    each.group,
    each.status,
    `${each.held_runs} of ${each.concurrency}`,
    String(each.agents.length),
    each.version ?? '-',
    each.started_at,
    each.last_seen,
  ]);
  const titles = ['EXECUTOR', 'GROUP', 'STATUS', 'RUNS', 'AGENTS', 'VERSION', 'STARTED', 'LAST SEEN'];
  output.lines(json === true ? [JSON.stringify(executors)] : table([titles, ...rows]));
  return true;
}
