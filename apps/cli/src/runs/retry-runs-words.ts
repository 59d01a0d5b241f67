import { randomUUIDv7 } from 'node:crypto';
import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { UsageError } from '../usage-error.js';
import { askForRun } from './ask-for-run.js';
import { BulkChange, type BulkOptions } from './bulk-change.js';
import { eachRun } from './each-run.js';
import { areNamed } from './named-runs.js';
import { newRunBody, type NewRunOptions, withNewRunOptions } from './new-run-options.js';
import { filterOf, type RunFilter, withRunFilter } from './run-filter.js';
import { tellAsked } from './tell-asked.js';

const HELP = `
A retry is a new run with the input of the old one, or another input. By a filter: failed runs (--status cancelled:
cancelled ones) since --from; how many they are is said first, and --yes says that nobody need be asked.

Examples:
  npx agent-platform runs retry 4711 --follow
  npx agent-platform runs retry 4711 --input '{"city": "Lugo"}'
  npx agent-platform runs retry --agent weather --from -2h --error timeout --dry-run
`;

interface RetryOptions extends RunFilter, BulkOptions, NewRunOptions {
  readonly key?: string;
  readonly follow?: boolean;
}

/** `runs retry` */
export function retryRunsWords(): Command {
  const command = new Command('retry')
    .description('ask for new runs like ones that are over: some by their ids, or many by a filter')
    .argument('[ids...]', 'run_id or request_id');
  withNewRunOptions(command)
    .option('--key <key>', 'of one run: becomes the new request_id; by a filter: begins all of them')
    .option('-f, --follow', 'of one run: until it is over');
  return withRunFilter(command, { statuses: ['failed', 'cancelled'], byError: true })
    .option('--dry-run', 'only count what the filter means')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print what came of it as JSON')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(retryRuns));
}

async function retryRuns(
  platform: Platform,
  ids: readonly string[],
  options: RetryOptions,
): Promise<boolean> {
  if (!areNamed(ids, options)) {
    return await retryMany(platform, options);
  }
  const { key, json = false } = options;
  const body = newRunBody(options);
  const ask = async (id: string) => await askForRun(platform.client, apiPath`/runs/${id}/retry`, body, key);
  if (ids[0] !== undefined && ids.length === 1) {
    return await tellAsked(platform, await ask(ids[0]), options);
  }
  if (key !== undefined || options.follow === true) {
    throw new UsageError('--key and --follow are for one run');
  }
  return await eachRun(
    platform,
    ids,
    json,
    async (id) => (await ask(id)).answer,
    ({ request_id: id }) => `asked for: ${id}`,
  );
}

async function retryMany(platform: Platform, options: RetryOptions): Promise<boolean> {
  const { follow, from, key = randomUUIDv7() } = options;
  if (Object.keys(newRunBody(options)).length > 0 || follow === true) {
    throw new UsageError(
      '--input, --attempt-limit, --run-at, --priority and --follow are for runs that are named',
    );
  }
  if (from === undefined) {
    throw new UsageError('--from must be given: how far back runs are retried');
  }
  const plan = {
    path: '/runs/retry',
    filter: filterOf(options),
    headers: { 'Idempotency-Key': key },
    verb: 'Retry',
    done: 'asked for again',
    resume: `Repeat the command with --key ${key} to go on: it makes no second ones`,
  };
  return await new BulkChange(platform, plan).execute(options);
}
