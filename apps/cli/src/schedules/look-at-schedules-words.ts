import { Command, Option } from 'commander';
import { FIRE_OUTCOMES } from '#contracts';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { moment } from '../options/moment.js';
import { wholeNumber } from '../options/whole-number.js';
import { UsageError } from '../usage-error.js';
import type { Fire, LaterRun, Preview, Schedule, ScheduleDetail } from './schedule-answers.js';
import {
  fireLines,
  laterRunLines,
  previewLines,
  scheduleDetailLines,
  scheduleLines,
} from './schedule-lines.js';
import { ruleBody, type RuleOptions, withRule } from './schedule-options.js';

const DEFAULT_FIRES = 50;
const DEFAULT_COUNT = 10;

interface ListOptions {
  readonly agent?: string;
  readonly state?: string;
  readonly json?: boolean;
}

interface FiresOptions {
  readonly outcome?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

interface PreviewOptions extends RuleOptions {
  readonly count: number;
  readonly after?: string;
  readonly json?: boolean;
}

/** `schedules list`, `show`, `preview`, `fires` and `later` */
export function lookAtSchedulesWords(): Command[] {
  const list = new Command('list')
    .description('all schedules, by agent and name, with their next fire and what became of the last')
    .option('-a, --agent <name>', 'of this agent')
    .addOption(new Option('-s, --state <state>', 'in this state').choices(['active', 'paused', 'ended']))
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(platformAction(listSchedules));
  const show = new Command('show')
    .description('one schedule')
    .argument('<agent>', 'name of the agent')
    .argument('<schedule>', 'name of the schedule')
    .option('--json', 'print it as JSON')
    .addHelpText('after', API_HELP)
    .action(platformAction(showSchedule));
  return [list, show, previewWords(), firesWords(), laterWords()];
}

function previewWords(): Command {
  const command = new Command('preview')
    .description('the next fires of a schedule, or of a rule that is none yet, in UTC and in its zone')
    .argument('[agent]', 'name of the agent')
    .argument('[schedule]', 'name of the schedule');
  return withRule(command)
    .option('-n, --count <count>', 'how many', wholeNumber, DEFAULT_COUNT)
    .option('--after <time>', 'after this instant instead of now', moment)
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      `
CLOCKS says when the clocks of the zone skip the time that is meant, or show it twice; WITH, what else fires then.

Examples:
  npx agent-platform schedules preview weather hourly
  npx agent-platform schedules preview --cron '30 2 * * *' --time-zone Europe/Madrid --after 2027-03-27
${API_HELP}`,
    )
    .action(platformAction(preview));
}

function firesWords(): Command {
  return new Command('fires')
    .description('what became of fires, the latest first: of all schedules, of an agent, or of one schedule')
    .argument('[agent]', 'name of the agent')
    .argument('[schedule]', 'name of the schedule')
    .addOption(new Option('-o, --outcome <outcome>', 'with this outcome').choices(FIRE_OUTCOMES))
    .option('--from <time>', 'fires at or after this: ISO 8601, a day, or -2h', moment)
    .option('--to <time>', 'fires before this', moment)
    .option('-n, --limit <count>', 'how many', wholeNumber, DEFAULT_FIRES)
    .option('--all', 'all of them, from as many pages as it takes')
    .option('--json', 'print them as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  npx agent-platform schedules fires --outcome missed --from -24h
  npx agent-platform schedules fires weather hourly
${API_HELP}`,
    )
    .action(platformAction(listFires));
}

function laterWords(): Command {
  return new Command('later')
    .description('runs that were asked for with --run-at and have not begun, the next one first')
    .option('-a, --agent <name>', 'of this agent')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, output }: Platform, { agent, json }: ListOptions) => {
        const runs = await client.list<LaterRun>('/later-runs', { agent }, Infinity);
        output.lines(json === true ? [JSON.stringify(runs)] : laterRunLines(runs));
        return true;
      }),
    );
}

async function listSchedules(
  { client, output }: Platform,
  { agent, state, json }: ListOptions,
): Promise<boolean> {
  const schedules = await client.list<Schedule>('/schedules', { agent, state }, Infinity);
  output.lines(json === true ? [JSON.stringify(schedules)] : scheduleLines(schedules));
  return true;
}

async function showSchedule(
  { client, output }: Platform,
  agent: string,
  schedule: string,
  { json }: { readonly json?: boolean },
): Promise<boolean> {
  const found = await client.get<ScheduleDetail>(apiPath`/schedules/${agent}/${schedule}`);
  output.lines(json === true ? [JSON.stringify(found)] : scheduleDetailLines(found));
  return true;
}

async function preview(
  { client, output }: Platform,
  agent: string | undefined,
  schedule: string | undefined,
  { count, after, json, ...rule }: PreviewOptions,
): Promise<boolean> {
  const body = ruleBody(rule);
  const isNew = Object.keys(body).length > 0;
  if (isNew === (schedule !== undefined)) {
    throw new UsageError('It takes either an agent and a schedule, or the options of a rule');
  }
  const found = isNew
    ? await client.post<Preview>('/schedules/preview', {
        ...body,
        count,
        ...(after !== undefined && { after }),
      })
    : await client.get<Preview>(apiPath`/schedules/${agent ?? ''}/${schedule ?? ''}/preview`, {
        count,
        after,
      });
  output.lines(json === true ? [JSON.stringify(found)] : previewLines(found));
  return true;
}

async function listFires(
  { client, output, terminal }: Platform,
  agent: string | undefined,
  schedule: string | undefined,
  { outcome, from, to, limit, all, json }: FiresOptions,
): Promise<boolean> {
  const path = schedule === undefined ? '/fires' : apiPath`/schedules/${agent ?? ''}/${schedule}/fires`;
  const query = { outcome, from, to, ...(schedule === undefined && { agent }) };
  const { items, hasMore } = await client.part<Fire>(path, query, all === true ? Infinity : limit);
  output.lines(json === true ? [JSON.stringify(items)] : fireLines(items));
  if (hasMore && json !== true) {
    terminal.line('info', 'There are more: --limit, or --all');
  }
  return true;
}
