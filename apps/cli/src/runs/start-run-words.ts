import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { moment } from '../options/moment.js';
import { askForRun } from './ask-for-run.js';
import { newRunBody, type NewRunOptions, withNewRunOptions } from './new-run-options.js';
import { type AskingOptions, tellAsked } from './tell-asked.js';

const HELP = `
Prints the request_id, by which the run is found, also before it is stored. With --follow: progress and log, and how it
ended; fails when the run has failed or was cancelled. Ctrl-C leaves the run alone.

Examples:
  npx agent-platform runs start weather --input '{"city": "Madrid"}' --follow
  npx agent-platform runs start report --key report-2026-11 --priority high
  npx agent-platform runs start report --run-at 2026-12-01T06:00:00Z
`;

interface StartOptions extends AskingOptions, NewRunOptions {
  readonly deadline?: string;
  readonly key?: string;
}

/** `runs start` */
export function startRunWords(): Command {
  const command = new Command('start')
    .description('ask the platform for a run of an agent')
    .argument('<agent>', 'name of the agent');
  return withNewRunOptions(command)
    .option('--deadline <time>', 'fail it when it has not started by then', moment)
    .option('--key <key>', 'becomes the request_id: however often it is sent, there is one run')
    .option('-f, --follow', 'until it is over')
    .option('--json', 'print the answer, with --follow how the run ended, as one JSON object')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(startRun));
}

async function startRun(platform: Platform, agent: string, options: StartOptions): Promise<boolean> {
  const { deadline, key } = options;
  const body = { agent, ...newRunBody(options), ...(deadline !== undefined && { deadline }) };
  return await tellAsked(platform, await askForRun(platform.client, '/runs', body, key), options);
}
