import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { platformAction } from '../api/platform-action.js';
import { FollowedRun } from './followed-run.js';

const HELP = `
Ctrl-C leaves the run alone.

Example:
  npx agent-platform runs follow 4711
`;

/** `runs follow` */
export function followRunWords(): Command {
  return new Command('follow')
    .description(
      'show the progress and log of a run until it is over, and how it ends; fails when it has failed',
    )
    .argument('<id>', 'run_id or request_id')
    .option('--json', 'print how it ended as one JSON object; progress and log go to standard error')
    .addHelpText('after', HELP + API_HELP)
    .action(
      platformAction(
        async (platform, id: string, { json = false }: { readonly json?: boolean }) =>
          await new FollowedRun(platform, id).follow({ json }),
      ),
    );
}
