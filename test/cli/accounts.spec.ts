import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../api/api-client.js';
import { ADMIN, closedApi, loggedIn } from '../api/started-api.js';
import { Platform } from '../support/platform.js';
import { CliProcess } from './cli-process.js';

const PASSWORD = 'a password for anna';

let platform: Platform;
let client: ApiClient;
let token: string;

beforeAll(async () => {
  platform = await Platform.start();
  client = await closedApi(platform);
  const admin = await loggedIn(client);
  const { body } = await admin.post<{ token: string }>('/tokens', { name: 'cli', scopes: ['admin'] });
  token = body.token;
});

afterAll(async () => await platform.stop());

async function ended(
  words: readonly string[],
  { input, apiToken = token }: { input?: string; apiToken?: string } = {},
): Promise<CliProcess & { code: number | null }> {
  const environment = { API_URL: client.url, API_TOKEN: apiToken };
  const cli = CliProcess.spawnWith(words, environment, input);
  return Object.assign(cli, { code: await cli.ended() });
}

async function mayRead(secret: string): Promise<number> {
  return (await client.withToken(secret).get('/agents')).status;
}

describe('agent-platform tokens', { timeout: 60_000 }, () => {
  it('are made, listed, rotated and revoked', async () => {
    const words = ['tokens', 'create', 'shop', '--scope', 'read', 'operate', '--expires', '+1d'];
    const made = await ended(words);
    expect(made.code).toBe(0);
    expect(made.output).toMatch(/^ap_[0-9a-f]{16}_\S+\n$/); // the secret alone, for scripts
    expect(made.messages).toContain('shown this once');
    expect(await mayRead(made.output.trim())).toBe(200);

    const [, id = ''] = made.output.split('_');
    const rotated = await ended(['tokens', 'rotate', id, '--json']);
    const { token: second, ...rest } = JSON.parse(rotated.output) as Record<string, string>;
    expect(rest).toMatchObject({ id, name: 'shop', scopes: ['read', 'operate'], agents: null });
    expect(await mayRead(second!)).toBe(200);
    expect(await mayRead(made.output.trim())).toBe(401);

    const revoked = await ended(['tokens', 'revoke', id]);
    expect(revoked.output).toMatch(new RegExp(`^${id} +shop +read operate +all +revoked +20`, 'm'));
    expect(await mayRead(second!)).toBe(401);

    const list = await ended(['tokens', 'list', '--json']);
    const listed = JSON.parse(list.output) as { name: string; revoked: boolean }[];
    expect(Object.fromEntries(listed.map((each) => [each.name, each.revoked]))).toEqual({
      cli: false,
      shop: true,
    });
    expect(list.output).not.toContain(second!.slice(`ap_${id}_`.length));
  });

  it('say what is wrong with them', async () => {
    const unknown = await ended(['tokens', 'revoke', 'none']);
    expect([unknown.code, unknown.messages]).toEqual([1, 'There is no token with the id none\n']);
    const scope = await ended(['tokens', 'create', 'x', '--scope', 'everything']);
    expect(scope.code).toBe(2);
    expect(scope.messages).toContain('Allowed choices are ingest, read, operate, admin');
    const agents = await ended(['tokens', 'create', 'x', '--scope', 'read', '--agent', 'echo']);
    expect([agents.code, agents.messages]).toEqual([2, 'agents can be named with the scope ingest alone\n']);
    const stranger = await ended(['tokens', 'list'], { apiToken: 'ap_0000000000000000_no' });
    expect(stranger.code).toBe(1);
  });
});

describe('agent-platform users', { timeout: 60_000 }, () => {
  it('are made with a password from a pipe, changed and taken away', async () => {
    const made = await ended(['users', 'create', 'anna', '--role', 'viewer'], { input: `${PASSWORD}\n` });
    expect([made.code, made.messages]).toEqual([0, '']);
    expect(made.output).toMatch(/^anna +viewer +20\S+ by /m);
    await loggedIn(client, { user: 'anna', password: PASSWORD });

    const renewed = await ended(['users', 'password', 'anna', '--json'], { input: 'another password' });
    expect(JSON.parse(renewed.output)).toMatchObject({ name: 'anna', role: 'viewer' });
    expect((await client.post('/login', { user: 'anna', password: PASSWORD })).status).toBe(401);
    await loggedIn(client, { user: 'anna', password: 'another password' });

    expect((await ended(['users', 'role', 'anna', 'operator'])).output).toMatch(/^anna +operator /m);
    const list = await ended(['users', 'list']);
    expect(list.output).toMatch(new RegExp(`^NAME .*\n(anna +operator .*\n${ADMIN.user} +admin .*\n)$`));
    expect((await ended(['users', 'delete', 'anna'])).code).toBe(0);
    expect((await client.post('/login', { user: 'anna', password: 'another password' })).status).toBe(401);
  });

  it('say what is wrong with them', async () => {
    const short = await ended(['users', 'create', 'ben', '--role', 'viewer'], { input: 'short' });
    expect(short.code).toBe(2);
    expect(short.messages).toMatch(/^password must be \d+ to \d+ characters\n$/);
    const none = await ended(['users', 'create', 'ben', '--role', 'viewer']);
    expect([none.code, none.messages]).toEqual([
      2,
      'The password is read from standard input, where there was none\n',
    ]);
    const last = await ended(['users', 'delete', ADMIN.user]);
    expect([last.code, last.messages]).toEqual([1, `${ADMIN.user} is the last admin\n`]);
  });
});
