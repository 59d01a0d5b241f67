import { type Role, ROLES } from '#contracts';
import { Argument, Command, Option } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { readNewPassword } from '../terminal/read-password.js';
import { table } from '../terminal/table.js';

interface UserAnswer {
  readonly name: string;
  readonly role: string;
  readonly created_at: string;
  readonly created_by: string;
}

interface Shown {
  readonly json?: boolean;
}

const EXAMPLES = `
Passwords are typed and not shown, or read from standard input; never an argument.

Examples:
  npx agent-platform users create anna --role admin
  pwgen 20 1 | npx agent-platform users password anna
  npx agent-platform users role anna viewer
`;

/** `users …` */
export function usersWords(): Command {
  const users = new Command('users')
    .description('people who may log in: roles and passwords')
    .addHelpText('after', EXAMPLES + API_HELP);
  addList(users);
  addCreate(users);
  addPassword(users);
  users
    .command('role')
    .description('change what a user may do')
    .argument('<name>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .option('--json', 'print the answer of the API')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async (platform, name: string, role: Role, { json }: Shown) => {
        return shown(
          platform,
          await platform.client.patch<UserAnswer>(apiPath`/users/${name}`, { role }),
          json,
        );
      }),
    );
  users
    .command('delete')
    .description('take a user away, with all sessions')
    .argument('<name>')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, terminal }, name: string) => {
        await client.delete(apiPath`/users/${name}`);
        terminal.line('info', `There is no user ${name} any more`);
        return true;
      }),
    );
  return users;
}

function addList(users: Command): void {
  users
    .command('list')
    .description('list the users')
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', API_HELP)
    .action(
      platformAction(async ({ client, output }, { json }: Shown) => {
        const found = await client.list<UserAnswer>('/users', {}, Infinity);
        if (json) {
          output.json(found);
        } else {
          output.lines(lines(found));
        }
        return true;
      }),
    );
}

function addCreate(users: Command): void {
  users
    .command('create')
    .description('make a user; with the first one, an admin, everybody has to log in from then on')
    .argument('<name>', 'a-z, 0-9, _ and -')
    .addOption(new Option('--role <role>').choices(ROLES).makeOptionMandatory())
    .option('--json', 'print the answer of the API')
    .addHelpText('after', EXAMPLES + API_HELP)
    .action(
      platformAction(async (platform, name: string, { role, json }: Shown & { readonly role: Role }) => {
        const password = await readNewPassword(`Password of ${name}: `);
        return shown(
          platform,
          await platform.client.post<UserAnswer>('/users', { name, role, password }),
          json,
        );
      }),
    );
}

function addPassword(users: Command): void {
  users
    .command('password')
    .description('give a user a new password; ends all sessions of the user')
    .argument('<name>')
    .option('--json', 'print the answer of the API')
    .addHelpText('after', EXAMPLES + API_HELP)
    .action(
      platformAction(async (platform, name: string, { json }: Shown) => {
        const password = await readNewPassword(`New password of ${name}: `);
        const path = apiPath`/users/${name}`;
        return shown(platform, await platform.client.patch<UserAnswer>(path, { password }), json);
      }),
    );
}

function shown({ output }: Platform, user: UserAnswer, json = false): boolean {
  if (json) {
    output.json(user);
  } else {
    output.lines(lines([user]));
  }
  return true;
}

function lines(users: readonly UserAnswer[]): string[] {
  const rows = users.map(({ name, role, created_at, created_by }) => [
    name,
    role,
    `${created_at} by ${created_by}`,
  ]);
  return table([['NAME', 'ROLE', 'MADE'], ...rows]);
}
