import { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { API_HELP } from '../api/api-help.js';
import { platformAction } from '../api/platform-action.js';
import type { RunResult } from './run-answers.js';

const HELP = `
Example:
  npx agent-platform runs result 4711 | jq .routes
`;

/** `runs result` */
export function runResultWords(): Command {
  return new Command('result')
    .description('what a run returned, as JSON; refused while it is not over')
    .argument('<id>', 'run_id or request_id')
    .addHelpText('after', HELP + API_HELP)
    .action(
      platformAction(async ({ client, output }, id: string) => {
        const { result, status } = await client.get<RunResult>(apiPath`/runs/${id}/result`);
        output.json(result);
        return status === 'success';
      }),
    );
}
