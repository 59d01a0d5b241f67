import { SCOPES } from '#contracts';
import { Command, Option } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { moment } from '../options/moment.js';
import type { SecretTokenAnswer, TokenAnswer } from './token-answers.js';
import { tokenLines } from './token-lines.js';

interface Shown {
  readonly json?: boolean;
}

interface CreateOptions extends Shown {
  readonly scope: string[];
  readonly agent?: string[];
  readonly expires?: string;
}

const EXAMPLES = `
Examples:
  npx agent-platform tokens create shop-backend --scope ingest --agent orders --expires +90d
  TOKEN=$(npx agent-platform tokens create ci --scope read operate)
  npx agent-platform tokens rotate 6a1f0b7c9d2e4f35
`;

/** `tokens …` */
export function tokensWords(): Command {
  const tokens = new Command('tokens')
    .description('API tokens of programs: what they may do, and until when')
    .addHelpText('after', EXAMPLES + API_HELP);
  addList(tokens);
  addCreate(tokens);
  tokens
    .command('rotate')
    .description('give a token a new secret, which is shown this once; the old one ends within a second')
    .argument('<id>', 'of the token, as `tokens list` shows it')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async (platform, id: string, { json }: Shown) => {
        const path = apiPath`/tokens/${id}/rotate`;
        return showSecret(platform, await platform.client.post<SecretTokenAnswer>(path), json);
      }),
    );
  tokens
    .command('revoke')
    .description('end a token within a second; it stays in the list')
    .argument('<id>', 'of the token, as `tokens list` shows it')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, output }, id: string, { json }: Shown) => {
        const token = await client.post<TokenAnswer>(apiPath`/tokens/${id}/revoke`);
        if (json) {
          output.json(token);
        } else {
          output.lines(tokenLines([token]));
        }
        return true;
      }),
    );
  return tokens;
}

function addList(tokens: Command): void {
  tokens
    .command('list')
    .description('list the tokens, without their secrets')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, output }, { json }: Shown) => {
        const found = await client.list<TokenAnswer>('/tokens', {}, Infinity);
        if (json) {
          output.json(found);
        } else {
          output.lines(tokenLines(found));
        }
        return true;
      }),
    );
}

function addCreate(tokens: Command): void {
  tokens
    .command('create')
    .description('make a token; its secret is printed this once, alone on standard output')
    .argument('<name>', 'for people: who uses it')
    .addOption(new Option('-s, --scope <scopes...>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .option('-a, --agent <names...>', 'agents that it may report for; with the scope ingest alone')
    .option('--expires <time>', 'until when it is valid, such as 2027-01-01 or +90d', moment)
    .option('--json', 'print the answer of the API')
    .addHelpText('after', EXAMPLES + API_HELP)
    .action(
      platformAction(async (platform, name: string, { scope, agent, expires, json }: CreateOptions) => {
        const body = {
          name,
          scopes: scope,
          ...(agent !== undefined && { agents: agent }),
          ...(expires !== undefined && { expires_at: expires }),
        };
        return showSecret(platform, await platform.client.post<SecretTokenAnswer>('/tokens', body), json);
      }),
    );
}

function showSecret({ output, terminal }: Platform, token: SecretTokenAnswer, json = false): boolean {
  if (json) {
    output.json(token);
  } else {
    terminal.line('info', `Token ${token.id}, shown this once; send it as Authorization: Bearer`);
    output.lines([token.token]);
  }
  return true;
}
