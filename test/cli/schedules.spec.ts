import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiClient } from '../api/api-client.js';
import { startedApi } from '../api/started-api.js';
import { HoldingAgent } from '../schedules/holding.agent.js';
import { SchedulesAgentsModule } from '../schedules/schedules-agents.module.js';
import { Platform } from '../support/platform.js';
import { CliProcess } from './cli-process.js';

const PATIENT = { timeout: 15_000, interval: 50 };

/** Each command line takes half a second on a machine that does nothing else. */
describe('agent-platform schedules', { timeout: 60_000 }, () => {
  let platform: Platform;
  let client: ApiClient;

  const cli = (...words: string[]): CliProcess =>
    CliProcess.spawnWith(['schedules', ...words], { API_URL: client.url });

  /** What a command prints when all goes well. */
  async function said(...words: string[]): Promise<string> {
    const command = cli(...words);
    expect([await command.ended(), command.messages]).toEqual([0, expect.anything()]);
    return command.output;
  }

  async function refused(...words: string[]): Promise<[number | null, string]> {
    const command = cli(...words);
    return [await command.ended(), command.messages];
  }

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    await platform.startScheduler();
    await platform.startExecutor({}, SchedulesAgentsModule);
    client = await startedApi(platform);
    await vi.waitFor(
      async () => expect((await client.get('/schedules/holding/yearly')).status).toBe(200),
      PATIENT,
    );
  });

  afterAll(async () => {
    HoldingAgent.release();
    await platform.stop();
  });

  it('makes, shows, changes, pauses, resumes and deletes', async () => {
    const made = await said('create', 'holding', 'often', '--every', '1s', '--input', '{"page": 1}');
    expect(made).toMatch(/RULE +every 1\.0 s/);
    expect(made).toMatch(/SOURCE +made at run time by local/);
    expect(made).toContain('"page": 1');
    await vi.waitFor(async () => {
      const { body } = await client.get('/schedules/holding/often');
      expect(body).toMatchObject({ last_fire: { run_status: 'success' } });
    }, PATIENT);
    const list = (await said('list', '--agent', 'holding')).split('\n');
    expect(list[0]).toMatch(/^AGENT +SCHEDULE +RULE +STATE +SOURCE +NEXT FIRE +LAST FIRE$/);
    expect(list[1]).toMatch(/^holding +often +every 1\.0 s +active +stored +\S+Z +\S+Z fired: success$/);
    expect(list[2]).toMatch(/^holding +yearly +0 4 1 1 \* Europe\/Madrid +active +code/);
    expect(await said('pause', 'holding', 'often', '--reason', 'because')).toBe('holding often is paused\n');
    expect(await said('show', 'holding', 'often')).toMatch(/PAUSED +\S+ by local: because/);
    expect(JSON.parse(await said('list', '--state', 'paused', '--json'))).toMatchObject([{ name: 'often' }]);
    expect(await said('resume', 'holding', 'often')).toBe('holding often fires again\n');
    const changed = await said('change', 'holding', 'often', '--cron', '0 4 * * *', '--no-input', '--json');
    expect(JSON.parse(changed)).toMatchObject({ cron: '0 4 * * *', every_ms: null, input: null });
    const fires = await said('fires', 'holding', 'often', '--outcome', 'fired');
    expect(fires).toMatch(
      /^AGENT +SCHEDULE +FIRE +OUTCOME +RUN +STATUS +REASON\nholding +often +\S+Z +fired +\d+ +success/,
    );
    expect(await said('delete', 'holding', 'often', '--yes')).toBe('holding often is deleted\n');
    expect(JSON.parse(await said('fires', 'holding', '--json', '--limit', '1'))).toHaveLength(1);
  });

  it('shows when schedules fire, also those that are none yet', async () => {
    const rule = ['--cron', '30 2 * * *', '--time-zone', 'Europe/Madrid', '--after', '2027-03-27T12:00:00Z'];
    const lines = (await said('preview', ...rule, '-n', '2')).split('\n');
    expect(lines[0]).toMatch(/^UTC +Europe\/Madrid +CLOCKS +WITH$/);
    expect(lines[1]).toBe('2027-03-28T01:00:00.000Z  2027-03-28T03:00:00+02:00  skipped time');
    expect(JSON.parse(await said('preview', 'holding', 'yearly', '--count', '3', '--json'))).toMatchObject({
      time_zone: 'Europe/Madrid',
      fires: [{}, {}, {}],
    });
  });

  it('lists runs that begin later', async () => {
    const run_at = '2027-01-01T00:00:00.000Z';
    const key = { headers: { 'idempotency-key': 'new-year' } };
    expect((await client.post('/runs', { agent: 'holding', run_at }, key)).status).toBe(202);
    const lines = (await said('later', '--agent', 'holding')).split('\n');
    expect(lines[0]).toMatch(/^BEGINS +AGENT +REQUEST +PRIORITY +ASKED BY$/);
    expect(lines[1]).toBe(`${run_at}  holding  new-year  normal    local`);
    await client.post('/runs/new-year/cancel');
    expect(JSON.parse(await said('later', '--json'))).toEqual([]);
  });

  it('fills in what is empty, after saying what that is', async () => {
    await client.post('/schedules', { agent: 'holding', name: 'old', cron: '* * * * *' });
    const minute = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000;
    const range = (count: number): string[] => [
      'backfill',
      'holding',
      'old',
      '--from',
      new Date(minute).toISOString(),
      '--to',
      new Date(minute + (count - 1) * 60_000).toISOString(),
    ];
    const dry = await said(...range(3), '--dry-run');
    expect(dry).toBe(
      '3 fires in the range, 0 with a run, 3 without one\n' +
        [0, 1, 2].map((index) => `  ${new Date(minute + index * 60_000).toISOString()}\n`).join(''),
    );
    expect(await refused(...range(3))).toEqual([2, expect.stringContaining('--yes must be given')]);
    const done = cli(...range(3), '--yes');
    expect([await done.ended(), done.output.split('\n').at(-2)]).toEqual([0, 'Filled in: 3 of 3 fires']);
    expect(done.messages).toContain('100 %');
    await vi.waitFor(async () => {
      const { body } = await client.get('/schedules/holding/old/fires?outcome=backfilled');
      expect(body['items']).toHaveLength(3);
    }, PATIENT);
    HoldingAgent.isOpen = false;
    const begun = HoldingAgent.begun.length;
    for (let count = 0; count < 4; count += 1) {
      await client.post('/runs', { agent: 'holding' }); // two run, two wait
    }
    await vi.waitFor(() => expect(HoldingAgent.begun).toHaveLength(begun + 2), PATIENT);
    const stopped = cli(...range(6), '--yes', '--json');
    await stopped.said('waits for');
    stopped.signal('SIGINT');
    expect(await stopped.ended()).toBe(1);
    expect(JSON.parse(stopped.output)).toMatchObject({ state: 'stopped', taken: 3, empty_count: 3, done: 0 });
    HoldingAgent.release();
  });

  it('says what is wrong on one line, with the exit code of it', async () => {
    expect(await refused('show', 'holding', 'nothing')).toEqual([
      1,
      expect.stringContaining('There is no schedule holding.nothing'),
    ]);
    expect(await refused('create', 'holding', 'x', '--cron', '61 * * * *')).toEqual([
      2,
      expect.stringContaining('cron can not be used'),
    ]);
    expect(await refused('change', 'holding', 'yearly')).toEqual([
      2,
      expect.stringContaining('what to change'),
    ]);
    expect(await refused('preview', 'holding')).toEqual([2, expect.stringContaining('either an agent')]);
    expect(await refused('create', 'holding', 'x', '--every', 'often')).toEqual([
      2,
      expect.stringContaining('30s, 15m'),
    ]);
  });
});
