import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { requestSubject } from '#contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiClient } from '../api/api-client.js';
import { closedApi, loggedIn, startedApi, withScopes } from '../api/started-api.js';
import { Platform } from '../support/platform.js';
import { CliAgentsModule } from './cli-agents.module.js';
import { CliProcess } from './cli-process.js';

let platform: Platform;
let client: ApiClient;
const cli = (...words: string[]): CliProcess => CliProcess.spawnWith(words, { API_URL: client.url });

async function said(...words: string[]): Promise<string> {
  const command = cli(...words);
  expect([await command.ended(), command.messages]).toEqual([0, expect.anything()]);
  return command.output;
}

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, CliAgentsModule);
  client = await startedApi(platform);
  const stream = jetstream(await platform.nats());
  for (let number = 1; number <= 3; number += 1) {
    await stream.publish(requestSubject('echo'), `garbage ${number}`);
  }
  await vi.waitFor(
    async () => expect((await client.get<{ items: [] }>('/dead-letters')).body.items).toHaveLength(3),
    { timeout: 10_000 },
  );
  await vi.waitFor(async () => expect((await client.get('/agents/told')).status).toBe(200), {
    timeout: 10_000,
  });
});

afterAll(async () => await platform.stop());

describe('agent-platform agents', { timeout: 60_000 }, () => {
  it('list those of the platform, pause and resume them', async () => {
    expect(await said('agents')).toMatch(
      /^AGENT +STATE +ISOLATION +SCHEDULES +SUCCESS 7 D +FAILED 7 D +DESCRIPTION\necho +active +inline +- +0 +0 +Returns its input\n/,
    );
    expect(await said('agents', 'pause', 'echo', '--reason', 'because')).toMatch(
      /^echo is paused since 2\S+Z\n$/,
    );
    const listed = JSON.parse(await said('agents', '--json')) as object[];
    expect(listed).toContainEqual(
      expect.objectContaining({ name: 'echo', pause: expect.objectContaining({ reason: 'because' }) }),
    );
    expect(await said('agents', 'show', 'echo')).toMatch(/^STATE +paused\nPAUSED +\S+Z by \S+: because$/m);
    expect(await said('agents', 'resume', 'echo')).toBe('echo may run again\n');
    expect(await said('agents', 'reset-breaker', 'echo')).toBe('Its breaker was closed\n');
  });

  it('name --local where there is no platform', async () => {
    const nowhere = CliProcess.spawnWith(['agents'], { DATA_DIR: '/nowhere' });
    const away = CliProcess.spawnWith(['agents'], { API_URL: 'http://u:secret@127.0.0.1:1' });

    expect(await nowhere.ended()).toBe(78);
    expect(nowhere.messages).toContain('API_URL is missing: set it, or have `npm start` run here');
    expect(nowhere.messages).toContain('npx agent-platform agents list --local');
    expect(await away.ended()).toBe(69);
    expect(away.messages).toMatch(
      /^The API can not be reached at 127\.0\.0\.1:1\. .* agents list --local\n$/,
    );
  });
});

describe('agent-platform queues and executors', () => {
  it('show what the API knows', async () => {
    const queues = await said('queues');
    expect(queues).toMatch(/^echo +0 +\d+ +\d+ +\d+ +(-|\d\S* \S+) +100$/m);
    expect(queues).toMatch(/^RUN_REQUESTS +\d+ +0\.0 +0\.0 %$/m);
    expect(JSON.parse(await said('queues', '--json'))).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ agent: 'told' })]),
      next_cursor: null,
    });
    const executors = await said('executors', '--agent', 'told');
    expect(executors).toMatch(/^\S+ +default +running +0 of \d+ +3 +\S+ +2\S+Z +2\S+Z$/m);
    expect(JSON.parse(await said('executors', '--agent', 'nobody', '--json'))).toEqual([]);
  });
});

describe('agent-platform dead-letters', { timeout: 60_000 }, () => {
  it('list, show and send them again, after counting them', async () => {
    const letters = JSON.parse(await said('dead-letters', 'list', '--agent', 'echo', '--json')) as {
      id: number;
    }[];
    expect(letters).toHaveLength(3);
    const first = String(letters[2]?.id);
    expect(await said('dead-letters', 'list', '--limit', '1')).toMatch(
      /^LETTER .*\n\d+ +requests +\S+Z +runs\.requests\.echo +.*JSON.*\n$/,
    );
    expect(await said('dead-letters', 'show', first)).toMatch(
      /^SUBJECT +runs\.requests\.echo$[^]*^PAYLOAD \(9 bytes\)\ngarbage 1$/m,
    );

    const filter = ['dead-letters', 'redrive', '--agent', 'echo'];
    expect(await said(...filter, '--dry-run')).toBe('3 letters meant; nothing was sent\n');
    const asked = cli(...filter);
    expect(await asked.ended()).toBe(2);
    expect(asked.messages).toContain('--yes must be given');
    expect(await said('dead-letters', 'redrive', first, '--yes')).toBe('1 letter sent again\n');
    // What is sent again is garbage still, and comes back as another letter: once, not for ever.
    const all = cli(...filter, '--yes');
    expect(await all.ended()).toBe(0);
    expect(all.output).toMatch(/^[23] letters sent again\n1 letter had been sent before\n$/);
    expect(all.messages).toMatch(/^100 % \d of \d letters\n$/);
  });

  it('refuse what can not be meant', async () => {
    const [nothing, unknown] = [
      cli('dead-letters', 'redrive', '--yes'),
      cli('dead-letters', 'redrive', '99999', '--yes'),
    ];

    expect(await nothing.ended()).toBe(2);
    expect(nothing.messages).toContain('Say which letters');
    expect(await unknown.ended()).toBe(1);
    expect(unknown.output).toMatch(/^99999 +There is no such dead letter$/m);
  });
});

describe('agent-platform, the way to the API', { timeout: 60_000 }, () => {
  it('takes a token, also from a file, and what npm start has written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cli-'));
    const closed = await closedApi(platform);
    const reader = await withScopes(await loggedIn(closed), 'read');
    const token = reader.ownHeaders['authorization']?.replace('Bearer ', '') ?? '';
    await writeFile(join(directory, 'token'), `${token}\n`);
    await writeFile(join(directory, 'connection.env'), `NATS_URL=x\nAPI_URL=${closed.url}\n`);
    const asked = (words: string[], environment: Record<string, string>): CliProcess =>
      CliProcess.spawnWith(words, { DATA_DIR: directory, ...environment });
    const [none, wrong, right, too] = [
      asked(['runs', 'list'], {}),
      asked(['runs', 'list'], { API_TOKEN: 'ap_nobody' }),
      asked(['runs', 'list'], { API_TOKEN_FILE: join(directory, 'token') }),
      asked(['runs', 'start', 'echo'], { API_URL: `${closed.url}/api/`, API_TOKEN: token }),
    ];

    expect(await none.ended()).toBe(1);
    expect(none.messages).toMatch(/^Send an API token .* sends what stands in API_TOKEN\n$/);
    expect(await wrong.ended()).toBe(1);
    expect(wrong.messages).not.toContain('ap_nobody');
    expect([await right.ended(), right.messages]).toEqual([0, '']);
    expect(await too.ended()).toBe(1);
    expect(too.messages).toMatch(/operate/);
    await rm(directory, { recursive: true });
  });

  it('finds no API in another service', async () => {
    const ingest = await platform.startIngest();
    const elsewhere = CliProcess.spawnWith(['queues'], { API_URL: ingest });

    expect(await elsewhere.ended()).toBe(1);
    expect(elsewhere.messages).toMatch(/: is API_URL that of the api\?\n$/);
  });
});
