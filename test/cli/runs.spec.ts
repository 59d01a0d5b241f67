import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/api-client.js';
import { Platform } from '../support/platform.js';
import { CliAgentsModule } from './cli-agents.module.js';
import { CliProcess } from './cli-process.js';

/** Each command line takes half a second on a machine that does nothing else. */
describe('agent-platform runs', { timeout: 60_000 }, () => {
  let platform: Platform;
  let api: NestFastifyApplication;
  let client: ApiClient;
  let directory: string;
  const cli = (...words: string[]): CliProcess =>
    CliProcess.spawnWith(['runs', ...words], { API_URL: client.url });
  const input = (value: object): string[] => ['--input', JSON.stringify(value)];
  const until = (name: string): string[] => input({ until: join(directory, name) });

  /** What a command prints when all goes well. */
  async function said(...words: string[]): Promise<string> {
    const command = cli(...words);
    expect([await command.ended(), command.messages]).toEqual([0, expect.anything()]);
    return command.output;
  }

  async function stored(id: string, status: string): Promise<void> {
    await vi.waitFor(
      async () =>
        expect((await client.get(`/runs/${id}`)).body).toMatchObject({ status, run_id: expect.any(Number) }),
      { timeout: 10_000 },
    );
  }

  async function isStored(id: string): Promise<number> {
    return await vi.waitFor(
      async () => {
        const { items } = (await client.get<{ items: { run_id: number; request_id: string }[] }>('/runs'))
          .body;
        return items.find(({ request_id }) => request_id === id)!.run_id;
      },
      { timeout: 10_000 },
    );
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-'));
    platform = await Platform.start();
    await platform.startIngest();
    await platform.startExecutor({}, CliAgentsModule);
    await platform.startScheduler();
    api = await platform.startApi();
    client = new ApiClient((await api.getUrl()).replace('[::1]', '127.0.0.1'));
    await vi.waitFor(async () => expect((await client.get('/agents/told')).status).toBe(200), {
      timeout: 10_000,
    });
  });

  afterAll(async () => {
    await platform.stop();
    await rm(directory, { recursive: true });
  });

  it('start one, once however often the key is sent, and show it', async () => {
    expect(await said('start', 'echo', ...input({ items: 3 }), '--key', 'order-1')).toBe('order-1\n');
    const again = cli('start', 'echo', ...input({ items: 3 }), '--key', 'order-1', '--json');
    expect(await again.ended()).toBe(0);
    expect(JSON.parse(again.output)).toMatchObject({ request_id: 'order-1', agent: 'echo' });
    expect(again.messages).toContain('there is no second run');

    await stored('order-1', 'success');
    const shown = await said('show', 'order-1');
    expect(shown).toMatch(/^REQUEST +order-1\nAGENT +echo\nSTATUS +success\n/m);
    expect(shown).toMatch(/^METRICS\n {2}items +3$/m);
    expect(shown).toMatch(
      /^TIME LINE\n.* requested +api\n.* started +attempt 1 .*\n.* succeeded +attempt 1$/m,
    );
    expect(shown).toContain('INPUT\n  {\n    "items": 3\n  }\n');
    expect(JSON.parse(await said('show', 'order-1', '--json'))).toMatchObject({ metrics: { items: 3 } });
    expect(JSON.parse(await said('result', 'order-1'))).toEqual({ attempt: 1, requestId: 'order-1' });
  });

  it('follow one to its end, and fail with it', async () => {
    const well = cli('start', 'flaky', ...input({ succeed_at: 2 }), '--follow', '--json');
    const ill = cli('start', 'flaky', ...input({ succeed_at: 9 }), '--attempt-limit', '1', '-f');

    expect(await well.ended()).toBe(0);
    expect(JSON.parse(well.output)).toMatchObject({
      agent: 'flaky',
      status: 'success',
      attempts: 2,
      metrics: { attempt: 2 },
      error: null,
    });
    expect(well.messages).toContain('Attempt 1 failed: Error: attempt 1 fails on purpose\n');
    expect(await ill.ended()).toBe(1);
    expect(ill.output).toMatch(/^flaky failed \(.*\): Error: attempt 1 fails on purpose\n$/);
  });

  it('show progress and log, also over a connection that breaks', async () => {
    expect(await said('start', 'told', ...until('go'), '--key', 'told-1')).toBe('told-1\n');
    const followed = cli('follow', 'told-1');
    const logged = cli('logs', '-f', 'told-1');
    await followed.said('40 % on the way');
    await vi.waitFor(() => expect(logged.output).toContain('info  it has begun\n'), { timeout: 10_000 });
    const { port } = new URL(client.url);
    await api.close();
    api = await platform.startApi({ port: Number(port) });
    await writeFile(join(directory, 'go'), '');

    expect(await followed.ended()).toBe(0);
    expect(followed.messages.match(/it has begun/g)).toHaveLength(1);
    expect(followed.output).toMatch(/^told succeeded/);
    expect(await logged.ended()).toBe(0);
    expect(logged.output).toMatch(/^\S+Z info {2}it has begun\n\S+Z warn {2}it is\?\[31m told\n$/);
    expect(await said('logs', 'told-1')).toBe(logged.output);
    const lines = (await said('logs', 'told-1', '--json', '--attempt', '1')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { line: 0 },
      { line: 1, level: 'warn' },
    ]);
    const events = (await said('events', 'told-1')).trim().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(
      expect.arrayContaining(['run', 'log', 'succeeded']),
    );
  });

  it('leave a followed run alone at Ctrl-C', async () => {
    const followed = cli('start', 'told', ...until('never'), '--key', 'left', '--follow');
    await followed.said('40 %');
    followed.signal('SIGINT');

    expect(await followed.ended()).toBe(130);
    expect(followed.messages).toContain('The run goes on. To end it: npx agent-platform runs cancel left');
    expect((await client.get('/runs/left')).body).toMatchObject({ status: 'running' });
    expect(await said('cancel', 'left', '--json')).toMatch(/^\[\{"request_id":"left","status":"\w+"\}\]\n$/);
    await stored('left', 'cancelled');
  });

  it('start one later, before all that wait with normal priority', async () => {
    const later = cli('start', 'echo', '--run-at', '+6s', '--priority', 'high', '--key', 'later', '--follow');
    await later.said('It waits: It is to begin at that instant (until 2');

    expect(await later.ended()).toBe(0);
    expect(await said('show', 'later')).toMatch(/^TRIGGER +api due 2\S+Z$/m);
  });

  it('say why one waits', async () => {
    await client.post('/agents/echo/pause', { reason: 'the spec says so' });
    const followed = cli('start', 'echo', '--key', 'waits', '--follow');
    await followed.said('It waits: ');
    expect(await said('show', 'waits')).toMatch(
      /^WHY IT WAITS\n {2}The agent is paused by .*the spec says so$/m,
    );
    await client.post('/agents/echo/resume');

    expect(await followed.ended()).toBe(0);
  });

  it('list them by filters, page by page', async () => {
    for (let number = 1; number <= 3; number += 1) {
      await client.post('/runs', { agent: 'flaky', input: { succeed_at: 9 }, attempt_limit: 1 });
    }
    await vi.waitFor(async () =>
      expect((await client.get<{ items: [] }>('/runs?agent=flaky')).body.items).toHaveLength(5),
    );
    const some = cli('list', '--agent', 'flaky', '--status', 'failed', '--limit', '2', '--from', '-1h');
    expect(await some.ended()).toBe(0);
    expect(some.output).toMatch(
      /^RUN +AGENT +STATUS +TRIGGER +REQUESTED +TOOK +ERROR\n(\d+ +flaky +failed +api +\S+Z +\S+ \S+ +Error: attempt 1 fails on purpose\n){2}$/,
    );
    expect(some.messages).toContain('There are more: --limit, or --all');
    const all = JSON.parse(await said('list', '--error', 'ON PURPOSE', '--all', '--json')) as object[];
    expect(all).toHaveLength(4);
    expect(await said('list', '--to', '2026-01-01')).toMatch(/^RUN .*\n$/);
  });

  it('cancel many by a filter, after counting them', async () => {
    for (let number = 1; number <= 3; number += 1) {
      await client.post(
        '/runs',
        { agent: 'told', input: { until: '/nowhere' } },
        { headers: { 'idempotency-key': `many-${number}` } },
      );
    }
    await Promise.all([1, 2, 3].map(async (number) => await isStored(`many-${number}`)));
    const filter = ['--agent', 'told', '--status', 'running'];
    expect(await said('cancel', ...filter, '--dry-run')).toBe('3 runs are meant; nothing was changed\n');
    const asked = cli('cancel', ...filter);
    expect(await asked.ended()).toBe(2);
    expect(asked.messages).toBe(
      '--yes must be given, because nobody can be asked here; --dry-run only counts them\n',
    );

    const cancelled = cli('cancel', ...filter, '--yes');
    expect(await cancelled.ended()).toBe(0);
    expect(cancelled.output).toBe('3 runs cancelled, or told to stop\n');
    expect(cancelled.messages).toContain('100 % 3 of 3 runs\n');
    await stored('many-3', 'cancelled');
    expect(await said('cancel', ...filter, '--yes')).toBe('0 runs are meant; nothing was changed\n');
  });

  it('cancel some by their ids, and say of each what came of it', async () => {
    const some = cli('cancel', 'order-1', 'nobody-asked');

    expect(await some.ended()).toBe(1);
    expect(some.output).toMatch(/^order-1 +was over already: success\nnobody-asked +There is no run /m);
  });

  it('retry one with another input, and many by a filter', async () => {
    const one = cli('retry', 'order-1', ...input({ items: 4 }), '--key', 'order-1b', '-f', '--json');
    expect(await one.ended()).toBe(0);
    expect(JSON.parse(one.output)).toMatchObject({ request_id: 'order-1b', metrics: { items: 4 } });

    const filter = ['--agent', 'told', '--status', 'cancelled', '--from', '-1h'];
    const many = cli('retry', ...filter, '--yes', '--key', 'batch', '--json');
    expect(await many.ended()).toBe(0);
    const { matched, runs } = JSON.parse(many.output) as {
      matched: number;
      runs: { new_request_id: string }[];
    };
    expect([matched, runs.length]).toEqual([4, 4]);
    expect(runs[0]?.new_request_id).toMatch(/^batch-\d+$/);
    expect(await said('cancel', ...runs.map((run) => run.new_request_id))).toContain('batch-');
    expect(await said('retry', 'left', 'many-1')).toMatch(/^left +asked for: \S+\nmany-1 +asked for: \S+$/m);
  });

  it.each([
    [['cancel'], 'Say which runs: by their ids, or by a filter'],
    [['cancel', '1', '--agent', 'echo'], 'Either ids or a filter, not both'],
    [['retry', '--agent', 'echo'], '--from must be given'],
    [['start', 'echo', '--input', '[1]'], '--input must be a JSON object'],
    [['start', 'echo', '--key', 'a b'], 'Idempotency-Key'],
    [['list', '--status', 'lost'], 'Allowed choices are pending, running, success, failed, cancelled'],
    [['list', '--from', 'noon'], 'It must be a time such as 2026-11-22T04:00:00Z'],
  ])('refuse %j', async (words, problem) => {
    const refused = cli(...words);

    expect(await refused.ended()).toBe(2);
    expect(refused.messages).toContain(problem);
  });

  it('say what is not there', async () => {
    const [run, agent] = [cli('show', '4711'), cli('start', 'nobody')];

    expect(await run.ended()).toBe(1);
    expect(run.messages).toMatch(/^There is no run .*\n$/);
    expect(await agent.ended()).toBe(1);
    expect(agent.messages).toBe('The catalogue has no agent named nobody\n');
  });
});
