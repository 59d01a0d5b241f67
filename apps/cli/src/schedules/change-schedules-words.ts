import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { confirm } from '../terminal/confirm.js';
import { UsageError } from '../usage-error.js';
import type { ScheduleDetail } from './schedule-answers.js';
import { scheduleDetailLines } from './schedule-lines.js';
import { scheduleBody, type ScheduleOptions, withSchedule } from './schedule-options.js';

interface Json {
  readonly json?: boolean;
}

/** `schedules create`, `change`, `pause`, `resume` and `delete` */
export function changeSchedulesWords(): Command[] {
  const pause = named('pause', 'have a schedule, also one from code, leave rows of its fires and no runs')
    .option('--reason <text>', 'for people')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(platformAction(pauseSchedule));
  const resume = named('resume', 'have a paused schedule fire again')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(platformAction(resumeSchedule));
  const remove = named('delete', 'delete a schedule that was made at run time; its ledger stays')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', API_HELP)
    .action(platformAction(deleteSchedule));
  return [createWords(), changeWords(), pause, resume, remove];
}

function createWords(): Command {
  return withSchedule(named('create', 'make a schedule'))
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  npx agent-platform schedules create weather nightly --cron '0 4 * * *' --time-zone Europe/Madrid
  npx agent-platform schedules create weather often --every 15m --overlap queue --input '{"city": "Madrid"}'
${API_HELP}`,
    )
    .action(platformAction(createSchedule));
}

function changeWords(): Command {
  return withSchedule(named('change', 'change a schedule that was made at run time'))
    .option('--no-input', 'its runs have no input any more')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
What is not given stays. With another rule it begins anew, now; otherwise it goes on where it was.

Example:
  npx agent-platform schedules change weather nightly --missed all --missed-max 10
${API_HELP}`,
    )
    .action(platformAction(changeSchedule));
}

function named(verb: string, description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<agent>', 'name of the agent')
    .argument('<schedule>', 'name of the schedule');
}

async function createSchedule(
  { client, output }: Platform,
  agent: string,
  name: string,
  options: ScheduleOptions & Json,
): Promise<boolean> {
  const made = await client.post<ScheduleDetail>('/schedules', { agent, name, ...scheduleBody(options) });
  output.lines(options.json === true ? [JSON.stringify(made)] : scheduleDetailLines(made));
  return true;
}

async function changeSchedule(
  { client, output }: Platform,
  agent: string,
  name: string,
  { input, ...options }: Omit<ScheduleOptions, 'input'> & Json & { readonly input?: string | false },
): Promise<boolean> {
  const body =
    input === false
      ? { ...scheduleBody(options), input: null }
      : scheduleBody({ ...options, ...(input !== undefined && { input }) });
  if (Object.keys(body).length === 0) {
    throw new UsageError('It must be said what to change');
  }
  const changed = await client.patch<ScheduleDetail>(apiPath`/schedules/${agent}/${name}`, body);
  output.lines(options.json === true ? [JSON.stringify(changed)] : scheduleDetailLines(changed));
  return true;
}

async function pauseSchedule(
  { client, output }: Platform,
  agent: string,
  name: string,
  { reason, json }: Json & { readonly reason?: string },
): Promise<boolean> {
  const body = reason === undefined ? {} : { reason };
  const answer = await client.post<{ changed: boolean }>(apiPath`/schedules/${agent}/${name}/pause`, body);
  const told = answer.changed ? `${agent} ${name} is paused` : 'It was paused already';
  output.lines([json === true ? JSON.stringify(answer) : told]);
  return true;
}

async function resumeSchedule(
  { client, output }: Platform,
  agent: string,
  name: string,
  { json }: Json,
): Promise<boolean> {
  const answer = await client.post<{ changed: boolean }>(apiPath`/schedules/${agent}/${name}/resume`);
  const told = answer.changed ? `${agent} ${name} fires again` : 'It was not paused';
  output.lines([json === true ? JSON.stringify(answer) : told]);
  return true;
}

async function deleteSchedule(
  { client, output }: Platform,
  agent: string,
  name: string,
  { yes }: { readonly yes?: boolean },
): Promise<boolean> {
  await confirm(`Delete the schedule ${agent} ${name}?`, { yes: yes === true });
  await client.delete(apiPath`/schedules/${agent}/${name}`);
  output.lines([`${agent} ${name} is deleted`]);
  return true;
}
