import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import type { Cli } from '../cli.js';
import { endCommand } from '../end-command.js';
import type { Agent, AgentDetail } from './agent-answers.js';
import { agentDetailLines } from './agent-detail-lines.js';
import { agentLines } from './agent-lines.js';

const LOCAL_HINT = 'The agents of this checkout, without a platform: npx agent-platform agents list --local';
const HELP = `
\`agents\` alone is \`agents list\`.

Examples:
  npx agent-platform agents
  npx agent-platform agents list --local
  npx agent-platform agents show weather
  npx agent-platform agents pause weather --reason 'their server is being moved'
`;

interface ListOptions {
  readonly local?: boolean;
  readonly json?: boolean;
}

interface Json {
  readonly json?: boolean;
}

/** `agents` and what can be done with them. @param loadCli the agents in this process */
export function agentsWords(loadCli: () => Promise<Cli>): Command {
  const group = new Command('agents')
    .description('agents on the platform, or with --local those of this checkout; pause and resume them')
    .addHelpText('after', HELP + API_HELP);
  addList(group, loadCli);
  group
    .command('show')
    .description('one agent: state, limits, schedules, runs, input')
    .argument('<name>', 'name of the agent')
    .option('--json', 'print it as JSON')
    .addHelpText('after', API_HELP)
    .action(platformAction(showAgent));
  group
    .command('pause')
    .description('take no further runs of an agent; what runs goes on, what is asked for waits')
    .argument('<name>', 'name of the agent')
    .option('--reason <text>', 'for people')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(platformAction(pauseAgent));
  addRelease(group, 'resume', 'take runs of a paused agent again', 'It was not paused');
  addRelease(
    group,
    'reset-breaker',
    'close the breaker of an agent, whatever its attempts have come to',
    'Its breaker was closed',
  );
  return group;
}

function addList(group: Command, loadCli: () => Promise<Cli>): void {
  const listAgents = platformAction(async ({ client, output }: Platform, { json }: ListOptions) => {
    const agents = await client.list<Agent>('/agents', {}, Infinity);
    output.lines(json === true ? [JSON.stringify(agents)] : agentLines(agents));
    return true;
  }, LOCAL_HINT);
  group
    .command('list', { isDefault: true })
    .description('the catalogue of the platform, with what runs have come to')
    .option('--local', 'what this checkout declares, without a platform')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(async (options: ListOptions) => {
      await (options.local === true
        ? endCommand(async () => await (await loadCli()).agents({ json: options.json === true }))
        : listAgents(options));
    });
}

async function showAgent({ client, output }: Platform, name: string, { json }: Json): Promise<boolean> {
  const agent = await client.get<AgentDetail>(apiPath`/agents/${name}`);
  output.lines(json === true ? [JSON.stringify(agent)] : agentDetailLines(agent));
  return true;
}

async function pauseAgent(
  { client, output }: Platform,
  name: string,
  { reason, json }: Json & { readonly reason?: string },
): Promise<boolean> {
  const body = reason === undefined ? {} : { reason };
  const answer = await client.post<{ paused_at: string }>(apiPath`/agents/${name}/pause`, body);
  output.lines([json === true ? JSON.stringify(answer) : `${name} is paused since ${answer.paused_at}`]);
  return true;
}

/** What takes back what keeps an agent from running. */
function addRelease(group: Command, verb: string, description: string, unchanged: string): void {
  group
    .command(verb)
    .description(description)
    .argument('<name>', 'name of the agent')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, output }: Platform, name: string, { json }: Json) => {
        const answer = await client.post<{ changed: boolean }>(`${apiPath`/agents/${name}`}/${verb}`);
        const told = answer.changed ? `${name} may run again` : unchanged;
        output.lines([json === true ? JSON.stringify(answer) : told]);
        return true;
      }),
    );
}
