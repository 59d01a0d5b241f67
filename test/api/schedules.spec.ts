import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BackfillView } from '../../apps/api/src/schedules/backfill-view.js';
import type { ScheduleDetail, SchedulePage } from '../../apps/api/src/schedules/schedule-view.js';
import type { PreviewView } from '../../apps/api/src/schedules/preview-view.js';
import type { FirePage, FireView } from '../../apps/api/src/fires/fire-view.js';
import { HoldingAgent } from '../schedules/holding.agent.js';
import { SchedulesAgentsModule } from '../schedules/schedules-agents.module.js';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

const AGENT = 'holding';
const PATIENT = { timeout: 15_000, interval: 50 };

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startScheduler();
  await platform.startExecutor({}, SchedulesAgentsModule);
  client = await startedApi(platform);
  await vi.waitFor(async () => {
    const { status, body } = await client.get<ScheduleDetail>('/schedules/holding/yearly');
    expect([status, body.unavailable]).toEqual([200, []]);
  }, PATIENT);
});

afterEach(async () => {
  HoldingAgent.release();
  const { body } = await client.get<SchedulePage>('/schedules?limit=200');
  for (const { agent, name } of body.items.filter(({ source }) => source === 'stored')) {
    await client.send('DELETE', `/schedules/${agent}/${name}`);
  }
});

afterAll(async () => {
  HoldingAgent.release();
  await platform.stop();
});

async function create(name: string, rule: object): Promise<ScheduleDetail> {
  const { status, body, headers } = await client.post<ScheduleDetail>('/schedules', {
    agent: AGENT,
    name,
    ...rule,
  });
  expect([status, headers['location']]).toEqual([201, `/api/schedules/${AGENT}/${name}`]);
  return body;
}

async function fires(path: string): Promise<FireView[]> {
  const { status, body } = await client.get<FirePage>(path);
  expect(status).toBe(200);
  return body.items;
}

async function firesUntil(name: string, outcome: string, count: number): Promise<FireView[]> {
  return await vi.waitFor(async () => {
    const found = await fires(`/schedules/${AGENT}/${name}/fires?outcome=${outcome}`);
    expect(found.length).toBeGreaterThanOrEqual(count);
    return found;
  }, PATIENT);
}

describe('schedules over HTTP', () => {
  it('are made, found at once, listed by agent and state, and tell what became of their last fire', async () => {
    const made = await create('made', { every_ms: 1_000, input: { page: 1 } });
    expect(made).toMatchObject({
      source: 'stored',
      state: 'active',
      every_ms: 1_000,
      cron: null,
      input: { page: 1 },
      missed_fires: 'last',
      overlap: 'skip',
      pause: null,
      next_fire: expect.stringMatching(/^\d{4}-.*Z$/),
      last_fire: null,
      unavailable: [],
    });
    expect((await client.get('/schedules/holding/made')).status).toBe(200);
    await create('later', { at: '2100-01-01T00:00:00Z' });
    const { body } = await client.get<SchedulePage>('/schedules?agent=holding');
    expect(body.items.map(({ name, source }) => `${name} ${source}`)).toEqual([
      'later stored',
      'made stored',
      'yearly code',
    ]);
    await vi.waitFor(async () => {
      const { body: detail } = await client.get<ScheduleDetail>('/schedules/holding/made');
      expect(detail.last_fire).toMatchObject({ outcome: 'fired', run_status: 'success' });
      expect(detail.last_fire?.request_id).toMatch(/^holding-made-\d{8}T\d{6}Z$/);
      expect(detail.decided_until).toBe(detail.last_fire?.scheduled_for);
    }, PATIENT);
    expect((await client.get<SchedulePage>('/schedules?agent=nobody')).body.items).toEqual([]);
  });

  it('are listed in pages', async () => {
    await create('one', { at: '2100-01-01T00:00:00Z' });
    await create('two', { at: '2100-01-01T00:00:00Z' });
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await client.get<SchedulePage>(`/schedules?limit=1${cursor}`);
      names.push(...body.items.map(({ name }) => name));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(names).toEqual(['one', 'two', 'yearly']);
  });

  it('are changed, and go on where they were unless their instants change', async () => {
    await create('changing', { cron: '0 4 * * *', time_zone: 'Europe/Madrid', input: { n: 1 } });
    const began = performance.now();
    const changed = await client.send<ScheduleDetail>('PATCH', '/schedules/holding/changing', {
      body: { input: { n: 2 }, overlap: 'queue', queue_max: 3 },
    });
    expect(performance.now() - began).toBeLessThan(400);
    expect(changed).toMatchObject({
      status: 200,
      body: {
        cron: '0 4 * * *',
        time_zone: 'Europe/Madrid',
        input: { n: 2 },
        overlap: 'queue',
        queue_max: 3,
      },
    });
    const other = await client.send('PATCH', '/schedules/holding/changing', {
      body: { every_ms: 60_000, input: null, overlap: null },
    });
    expect(other.body).toMatchObject({ cron: null, every_ms: 60_000, input: null, overlap: 'skip' });
    expect((await client.get('/schedules/holding/changing')).body).toMatchObject({ every_ms: 60_000 });
  });

  it('lose no change that somebody else makes at the same time', async () => {
    await create('shared', { cron: '0 4 * * *' });
    const changes = [
      { overlap: 'allow' },
      { missed_fires: 'all' },
      { missed_max: 7 },
      { time_zone: 'Asia/Tokyo' },
    ];
    const answers = await Promise.all(
      changes.map(async (body) => await client.send('PATCH', '/schedules/holding/shared', { body })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await client.get('/schedules/holding/shared')).body).toMatchObject(Object.assign({}, ...changes));
  });

  it('are paused and resumed, those from code too, and deleted', async () => {
    await create('pausing', { every_ms: 1_000 });
    const paused = await client.post('/schedules/holding/pausing/pause', { reason: 'because' });
    expect(paused).toMatchObject({ status: 200, body: { schedule: 'pausing', changed: true } });
    const { body } = await client.get<SchedulePage>('/schedules?state=paused');
    expect(body.items).toMatchObject([{ name: 'pausing', pause: { reason: 'because' } }]);
    await firesUntil('pausing', 'paused', 1);
    expect((await client.post('/schedules/holding/pausing/resume')).body).toMatchObject({ changed: true });
    expect((await client.post('/schedules/holding/pausing/resume')).body).toMatchObject({ changed: false });
    await client.post('/schedules/holding/yearly/pause', {});
    expect((await client.get('/schedules/holding/yearly')).body).toMatchObject({ state: 'paused' });
    await client.post('/schedules/holding/yearly/resume');
    expect((await client.send('DELETE', '/schedules/holding/pausing')).status).toBe(204);
    expect((await client.get('/schedules/holding/pausing')).status).toBe(404);
    expect((await fires('/schedules/holding/pausing/fires')).length).toBeGreaterThan(0);
  });

  it('end when their instant is over', async () => {
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toISOString();
    await create('once', { at });
    await firesUntil('once', 'fired', 1);
    const { body } = await client.get<SchedulePage>('/schedules?state=ended');
    expect(body.items).toMatchObject([{ name: 'once', next_fire: null, last_fire: { outcome: 'fired' } }]);
  });

  it('are written down, but for the input of their runs', async () => {
    await create('secret', { at: '2100-01-01T00:00:00Z', input: { key: 'hush' } });
    await vi.waitFor(async () => {
      const { body } = await client.get<{ items: object[] }>('/audit?target=holding/secret');
      expect(body.items).toMatchObject([
        { action: 'schedules.create', details: { at: '2100-01-01T00:00:00Z' } },
      ]);
      expect(JSON.stringify(body.items)).not.toContain('hush');
    }, PATIENT);
  });

  it.each([
    ['POST', '/schedules', { agent: AGENT, name: 'yearly', every_ms: 1_000 }, 409, 'There is a schedule'],
    ['POST', '/schedules', { agent: 'nobody', name: 'x', every_ms: 1_000 }, 404, ''],
    ['POST', '/schedules', { agent: AGENT, name: 'X', every_ms: 1_000 }, 422, 'name must be'],
    ['POST', '/schedules', { agent: AGENT, name: 'x', every_ms: 10 }, 422, 'at least 1000 ms'],
    ['POST', '/schedules', { agent: AGENT, name: 'x' }, 422, 'exactly one of them'],
    ['POST', '/schedules', { agent: AGENT, name: 'x', cron: '61 * * * *' }, 422, 'cron can not be used'],
    ['POST', '/schedules', { agent: AGENT, name: 'x', at: '2020-01-01T00:00:00Z' }, 422, 'in the future'],
    ['POST', '/schedules', { agent: AGENT, name: 'x', every_ms: 1_000, colour: 'red' }, 422, 'not a known'],
    ['POST', '/schedules', { agent: AGENT, name: 'x', every_ms: 1_000, made_by: 'me' }, 422, 'not a known'],
    ['PATCH', '/schedules/holding/yearly', { overlap: 'allow' }, 409, 'declared in code'],
    ['PATCH', '/schedules/holding/nothing', { overlap: 'allow' }, 404, ''],
    ['DELETE', '/schedules/holding/yearly', undefined, 409, 'declared in code'],
    ['DELETE', '/schedules/holding/nothing', undefined, 404, ''],
    ['POST', '/schedules/holding/nothing/pause', {}, 404, ''],
    ['GET', '/schedules/holding/nothing', undefined, 404, ''],
    ['GET', '/schedules/holding/%3E', undefined, 404, ''],
    ['GET', '/schedules?state=sleepy', undefined, 422, 'state must be one of'],
    ['GET', '/fires?outcome=lost', undefined, 422, 'outcome must be one of'],
    ['GET', '/fires?cursor=xyz', undefined, 422, 'cursor must be'],
    ['GET', '/schedules/holding/yearly/preview?count=101', undefined, 422, 'at most 100'],
    ['POST', '/schedules/preview', { count: 3 }, 422, 'exactly one of them'],
  ])('%s %s with %j is answered by %i', async (method, path, body, status, detail) => {
    const answer = await client.send(method, path, { body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(detail);
  });

  it('are not made twice', async () => {
    await create('twice', { every_ms: 60_000 });
    const again = await client.post('/schedules', { agent: AGENT, name: 'twice', every_ms: 1_000 });
    expect(again.status).toBe(409);
  });

  it('are previewed in their zone and in UTC, before they are made too', async () => {
    await create('early', { cron: '0 1 * * *' });
    const answer = await client.post<PreviewView>('/schedules/preview', {
      cron: '30 2 * * *',
      time_zone: 'Europe/Madrid',
      after: '2027-03-27T12:00:00Z',
      count: 2,
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        time_zone: 'Europe/Madrid',
        fires: [
          {
            at: '2027-03-28T01:00:00.000Z',
            local: '2027-03-28T03:00:00+02:00',
            mark: 'skipped_time',
            also: ['holding.early'],
            also_count: 1,
          },
          { at: '2027-03-29T00:30:00.000Z', mark: null, also: [] },
        ],
      },
    });
    const own = await client.get<PreviewView>('/schedules/holding/early/preview?count=3');
    expect(own.body.fires).toHaveLength(3);
  });

  it('leave a ledger that is read by outcome and time, in pages, of one and of all', async () => {
    await create('ledger', { every_ms: 1_000, overlap: 'allow' });
    const fired = await firesUntil('ledger', 'fired', 3);
    await client.send('DELETE', '/schedules/holding/ledger');
    const whole = await fires('/schedules/holding/ledger/fires');
    expect(whole.map(({ scheduled_for }) => scheduled_for)).toEqual(
      whole
        .map(({ scheduled_for }) => scheduled_for)
        .toSorted()
        .toReversed(),
    );
    const paged: FireView[] = [];
    let cursor = '';
    do {
      const { body } = await client.get<FirePage>(`/schedules/holding/ledger/fires?limit=2${cursor}`);
      paged.push(...body.items);
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(paged.map(({ scheduled_for }) => scheduled_for)).toEqual(
      whole.map(({ scheduled_for }) => scheduled_for),
    );
    const [latest, second] = fired;
    const between = `from=${second?.scheduled_for}&to=${latest?.scheduled_for}`;
    expect(await fires(`/fires?agent=holding&outcome=fired&${between}`)).toMatchObject([
      { schedule: 'ledger', scheduled_for: second?.scheduled_for, fires: 1 },
    ]);
  });
});

describe('backfills over HTTP', () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000;
  const range = (count: number): object => ({
    from: new Date(minute).toISOString(),
    to: new Date(minute + (count - 1) * 60_000).toISOString(),
  });
  const path = '/schedules/holding/old/backfills';

  it('say what they would do, do it, and how far they are', async () => {
    await create('old', { cron: '* * * * *' });
    const dry = await client.post<BackfillView>(path, { ...range(4), dry_run: true });
    expect(dry).toMatchObject({
      status: 200,
      body: { job_id: null, state: 'planned', fires: 4, taken: 0, empty_count: 4 },
    });
    expect(dry.body.empty).toHaveLength(4);
    const { status, body, headers } = await client.post<BackfillView>(path, range(4));
    expect([status, headers['location']]).toEqual([202, `/api${path}/${body.job_id}`]);
    await vi.waitFor(async () => {
      const found = await client.get<BackfillView>(`${path}/${body.job_id}`);
      expect(found.body).toMatchObject({ state: 'done', done: 4, problem: null });
    }, PATIENT);
    const filled = await firesUntil('old', 'backfilled', 4);
    await vi.waitFor(async () => {
      const runs = await fires('/schedules/holding/old/fires?outcome=backfilled');
      expect(runs.map(({ run_status }) => run_status)).toEqual(filled.map(() => 'success'));
    }, PATIENT);
    expect((await client.post<BackfillView>(path, { ...range(6), dry_run: true })).body).toMatchObject({
      fires: 6,
      taken: 4,
      empty_count: 2,
    });
    expect((await client.get(`/schedules/holding/yearly/backfills/${body.job_id}`)).status).toBe(404);
  });

  it('wait for the agent, and are cancelled', async () => {
    await create('old', { cron: '* * * * *' });
    HoldingAgent.isOpen = false;
    const begun = HoldingAgent.begun.length;
    for (let count = 0; count < 4; count += 1) {
      await client.post('/runs', { agent: AGENT }); // two run, two wait
    }
    await vi.waitFor(() => expect(HoldingAgent.begun).toHaveLength(begun + 2), PATIENT);
    const { body } = await client.post<BackfillView>(path, { ...range(20), at_once: 1 });
    await vi.waitFor(async () => {
      const found = await client.get<BackfillView>(`${path}/${body.job_id}`);
      expect(found.body.waits_for).toMatch(/requests of the agent$/);
    }, PATIENT);
    expect((await client.post(path, range(20))).status).toBe(409);
    expect((await client.post(`${path}/${body.job_id}/cancel`)).status).toBe(202);
    await vi.waitFor(async () => {
      const found = await client.get<BackfillView>(`${path}/${body.job_id}`);
      expect(found.body).toMatchObject({ state: 'stopped', problem: 'Somebody stopped it' });
    }, PATIENT);
    HoldingAgent.release();
  });

  it('are refused by field and bound', async () => {
    await create('old', { every_ms: 1_000 });
    const long = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    expect(await client.post(path, long)).toMatchObject({ status: 422 });
    expect(await client.post(path, { from: long.to, to: long.from })).toMatchObject({ status: 422 });
    expect(await client.post(path, { ...range(2), at_once: 0 })).toMatchObject({ status: 422 });
    expect((await client.get(`${path}/no-such-job`)).status).toBe(404);
  });
});

describe('with Postgres away', () => {
  it('schedules are listed, and say that what became of their fires is not known', async () => {
    const blind = await startedApi(platform, { databaseUrl: 'postgres://nobody@127.0.0.1:9/nothing' });
    await vi.waitFor(async () => {
      const { status, body } = await blind.get<SchedulePage>('/schedules');
      expect([status, body.unavailable]).toEqual([200, ['postgres']]);
      expect(body.items).toMatchObject([{ name: 'yearly', last_fire: null }]);
    }, PATIENT);
    expect((await blind.get('/fires')).status).toBe(503);
  });
});
