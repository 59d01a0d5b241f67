import { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { API_HELP } from '../api/api-help.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import type { RunDetail, RunResult, RunWaiting } from './run-answers.js';
import { runLines } from './run-lines.js';

const HELP = `
Examples:
  npx agent-platform runs show 4711
  npx agent-platform runs show weather-daily-20261122T040000Z --json
`;

/** `runs show` */
export function showRunWords(): Command {
  return new Command('show')
    .description('one run: attempts, metrics, time line, input, result, and why it waits')
    .argument('<id>', 'run_id or request_id')
    .option('--json', 'print it as JSON, without result and reasons to wait')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(showRun));
}

async function showRun(
  { client, output }: Platform,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<boolean> {
  const run = await client.get<RunDetail>(apiPath`/runs/${id}`);
  if (json === true) {
    output.json(run);
    return true;
  }
  const waiting =
    run.status === 'pending' || run.status === 'running'
      ? await client.get<RunWaiting>(apiPath`/runs/${id}/waiting`)
      : undefined;
  const { result } =
    run.status === 'success' ? await client.get<RunResult>(apiPath`/runs/${id}/result`) : { result: null };
  output.lines(runLines(run, waiting, result));
  return true;
}
