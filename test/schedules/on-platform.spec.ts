import type { INestApplicationContext } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type BackfillReport,
  backfillSubject,
  fireSubject,
  type JobStarted,
  jobSubject,
  type JobStatus,
  type LedgerEntry,
  type ListSchedulesAnswer,
  type PreviewScheduleAnswer,
  type PutScheduleAnswer,
  requestSubject,
  SCHEDULE_FIRES,
} from '#contracts';
import { MetricsRegistry } from '#telemetry';
import { AbsenceWatch } from '../../apps/ingest/src/fires/absence-watch.js';
import { LedgerTrimmer } from '../../apps/ingest/src/fires/ledger-trimmer.js';
import { Commander } from '../control/commander.js';
import { Platform } from '../support/platform.js';
import { HoldingAgent } from './holding.agent.js';
import { SchedulesAgentsModule } from './schedules-agents.module.js';

interface Row {
  readonly scheduled_for: Date;
  readonly outcome: string;
  readonly reason: string | null;
  readonly request_id: string | null;
}

const AGENT = 'holding';
const EVERY_SECOND = { agent: AGENT, every_ms: 1_000 };
const PATIENT = { timeout: 15_000, interval: 50 };

describe('schedules on the whole platform', () => {
  let platform: Platform;
  let commander: Commander;
  let ingest: NestFastifyApplication;
  let scheduler: INestApplicationContext;

  beforeAll(async () => {
    platform = await Platform.start();
    commander = new Commander(platform);
    ingest = await platform.createIngest();
    scheduler = await platform.startScheduler();
    await platform.startApi();
    await platform.startExecutor({}, SchedulesAgentsModule);
    await vi.waitFor(async () => {
      const { schedules } = await commander.done<ListSchedulesAnswer>('listSchedules', {});
      expect(schedules).toHaveLength(1);
    }, PATIENT);
  });

  afterEach(async () => {
    HoldingAgent.release();
    const { schedules } = await commander.done<ListSchedulesAnswer>('listSchedules', {});
    for (const { name } of schedules.filter(({ source }) => source === 'stored')) {
      await commander.done('deleteSchedule', { agent: AGENT, schedule: name });
    }
  });

  afterAll(async () => {
    HoldingAgent.release();
    await platform.stop();
  });

  async function rows(schedule: string): Promise<Row[]> {
    return await platform.query<Row>(
      `SELECT scheduled_for, outcome, reason, request_id FROM schedule_fires
       WHERE agent_name = $1 AND schedule_name = $2 ORDER BY scheduled_for`,
      [AGENT, schedule],
    );
  }

  async function rowsOf(schedule: string, outcome: string, count = 1): Promise<Row[]> {
    return await vi.waitFor(async () => {
      const found = (await rows(schedule)).filter((row) => row.outcome === outcome);
      expect(found.length).toBeGreaterThanOrEqual(count);
      return found;
    }, PATIENT);
  }

  async function put(definition: object): Promise<PutScheduleAnswer> {
    return await commander.done<PutScheduleAnswer>('putSchedule', definition);
  }

  async function listed(schedule: string): Promise<ListSchedulesAnswer['schedules'][number] | undefined> {
    const { schedules } = await commander.done<ListSchedulesAnswer>('listSchedules', { agent: AGENT });
    return schedules.find(({ name }) => name === schedule);
  }

  it('are made, fire within two seconds, and leave a row of each fire and a run', async () => {
    const answer = await put({ ...EVERY_SECOND, name: 'made', input: { page: 1 }, made_by: 'spec' });
    expect(answer).toMatchObject({ created: true, schedule: { missed_fires: 'last', overlap: 'skip' } });
    const nextMs = Date.parse(answer.next_fire ?? '');
    const [first] = await rowsOf('made', 'fired', 2);
    expect(first?.scheduled_for.getTime()).toBe(nextMs);
    const runs = await vi.waitFor(async () => {
      const found = await platform.query<{ trigger: string; input: object; status: string }>(
        'SELECT trigger, input, status FROM agent_runs WHERE request_id = $1',
        [first?.request_id],
      );
      expect(found).toHaveLength(1);
      return found;
    }, PATIENT);
    expect(runs[0]).toMatchObject({ trigger: 'schedule', input: { page: 1 }, status: 'success' });
    expect(await listed('made')).toMatchObject({ source: 'stored', paused: null, overdue_since: null });
    expect(await put({ ...EVERY_SECOND, name: 'made', input: { page: 2 } })).toMatchObject({
      created: false,
      schedule: { timed_since: answer.schedule.timed_since },
    });
    await commander.done('deleteSchedule', { agent: AGENT, schedule: 'made' });
    const goneAtMs = Date.now();
    await put({ ...EVERY_SECOND, name: 'witness' });
    await rowsOf('witness', 'fired', 2);
    const last = (await rows('made')).at(-1);
    expect(last?.scheduled_for.getTime()).toBeLessThan(goneAtMs + 1_000);
  });

  it('skip a fire while the run before goes on, and fire again after it', async () => {
    HoldingAgent.isOpen = false;
    await put({ ...EVERY_SECOND, name: 'skipping' });
    const [fired] = await rowsOf('skipping', 'fired');
    const [skipped] = await rowsOf('skipping', 'skipped', 2);
    expect(skipped?.reason).toBe(`run ${fired?.request_id} goes on`);
    expect(await rowsOf('skipping', 'fired')).toHaveLength(1);
    HoldingAgent.release();
    await rowsOf('skipping', 'fired', 3);
  });

  it('let fires wait in order, as many as may, over the restart of the scheduler', async () => {
    HoldingAgent.isOpen = false;
    await put({ ...EVERY_SECOND, name: 'queueing', overlap: 'queue', queue_max: 2 });
    await rowsOf('queueing', 'fired');
    const queued = await rowsOf('queueing', 'queued', 2);
    const [full] = await rowsOf('queueing', 'skipped');
    expect(full?.reason).toBe('as many wait as may');
    await scheduler.close();
    scheduler = await platform.startScheduler();
    HoldingAgent.release();
    await vi.waitFor(async () => {
      const later = (await rows('queueing')).filter(({ scheduled_for }) =>
        queued.slice(0, 2).some((row) => row.scheduled_for.getTime() === scheduled_for.getTime()),
      );
      expect(later.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
        'fired: it waited for the run before',
        'fired: it waited for the run before',
      ]);
    }, PATIENT);
  });

  it('are paused and resumed, those from code too, and leave rows meanwhile', async () => {
    await put({ ...EVERY_SECOND, name: 'pausing' });
    await rowsOf('pausing', 'fired');
    const command = { agent: AGENT, schedule: 'pausing', by: 'spec', reason: 'because' };
    expect(await commander.done('pauseSchedule', command)).toMatchObject({ changed: true });
    expect(await commander.done('pauseSchedule', command)).toMatchObject({ changed: false });
    await rowsOf('pausing', 'paused', 2);
    expect((await listed('pausing'))?.paused).toMatchObject({ by: 'spec', reason: 'because' });
    const fired = (await rowsOf('pausing', 'fired')).length;
    expect(await commander.done('resumeSchedule', command)).toMatchObject({ changed: true });
    await rowsOf('pausing', 'fired', fired + 1);
    const yearly = { agent: AGENT, schedule: 'yearly' };
    await commander.done('pauseSchedule', yearly);
    await vi.waitFor(async () => expect((await listed('yearly'))?.paused).not.toBeNull());
    await commander.done('resumeSchedule', yearly);
  });

  it('from code can neither be redefined nor deleted', async () => {
    const redefined = await commander.refused('putSchedule', { ...EVERY_SECOND, name: 'yearly' });
    expect(redefined).toMatchObject({ status: 409, detail: expect.stringContaining('declared in code') });
    const deleted = await commander.refused('deleteSchedule', { agent: AGENT, schedule: 'yearly' });
    expect(deleted.status).toBe(409);
  });

  it.each([
    [{ every_ms: 10 }, 'every_ms must be at least 1000 ms'],
    [{ every_ms: undefined, cron: '61 * * * *' }, 'cron can not be used'],
    [{ every_ms: undefined, cron: '0 0 30 2 *' }, 'cron can not be used: No day matches'],
    [{ cron: '* * * * *' }, 'exactly one of them'],
    [{ time_zone: 'Nowhere' }, 'time_zone must be an IANA time zone'],
    [{ missed_max: 0 }, 'missed_max must be at least 1'],
    [{ missed_fires: 'some' }, 'missed_fires must be one of skip, last, all'],
    [{ every_ms: undefined, at: '2020-01-01T00:00:00Z' }, 'at must be in the future'],
    [{ colour: 'red' }, 'colour is not a known field'],
  ])('are refused by field and bound: %j', async (changes, detail) => {
    const problem = await commander.refused('putSchedule', { ...EVERY_SECOND, name: 'bad', ...changes });
    expect(problem).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
  });

  it('are not made for an agent that nobody knows', async () => {
    expect(
      await commander.refused('putSchedule', { agent: 'nobody', name: 'x', every_ms: 1_000 }),
    ).toMatchObject({
      status: 404,
    });
    expect(await commander.refused('pauseSchedule', { agent: AGENT, schedule: 'nothing' })).toMatchObject({
      status: 404,
    });
  });

  it('fire once at an instant, and never again', async () => {
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000).toISOString();
    await put({ agent: AGENT, name: 'once', at });
    const [row] = await rowsOf('once', 'fired');
    expect(row?.scheduled_for.toISOString()).toBe(at);
    expect((await listed('once'))?.next_fire).toBeNull();
  });

  it('are previewed in their zone, with what the clocks do and what else runs', async () => {
    await put({ agent: AGENT, name: 'early', cron: '0 1 * * *' });
    const { fires, time_zone } = await vi.waitFor(async () => {
      const answer = await commander.done<PreviewScheduleAnswer>('previewSchedule', {
        definition: { agent: AGENT, name: 'x', cron: '30 2 * * *', time_zone: 'Europe/Madrid' },
        after: '2027-03-27T12:00:00Z',
        count: 2,
      });
      expect(answer.fires[0]?.also).toEqual(['holding.early']);
      return answer;
    });
    expect(time_zone).toBe('Europe/Madrid');
    expect(fires).toEqual([
      {
        at: '2027-03-28T01:00:00.000Z',
        local: '2027-03-28T03:00:00+02:00',
        mark: 'skipped_time',
        also: ['holding.early'],
        also_count: 1,
      },
      {
        at: '2027-03-29T00:30:00.000Z',
        local: '2027-03-29T02:30:00+02:00',
        mark: null,
        also: [],
        also_count: 0,
      },
    ]);
    const again = await commander.done<PreviewScheduleAnswer>('previewSchedule', {
      agent: AGENT,
      schedule: 'early',
      count: 3,
    });
    expect(again.fires).toHaveLength(3);
  });

  describe('backfill', () => {
    const fromMs = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000;
    const range = (count: number): object => ({
      agent: AGENT,
      schedule: 'old',
      from: new Date(fromMs).toISOString(),
      to: new Date(fromMs + (count - 1) * 60_000).toISOString(),
    });

    async function status(jobId: string, question: 'status' | 'stop' = 'status'): Promise<JobStatus> {
      const nats = await platform.nats();
      return (await nats.request(jobSubject(jobId, question), '', { timeout: 5_000 })).json<JobStatus>();
    }

    async function ended(jobId: string): Promise<JobStatus> {
      return await vi.waitFor(async () => {
        const found = await status(jobId);
        expect(found.state).not.toBe('running');
        return found;
      }, PATIENT);
    }

    it('fills only what is empty, tells before what that is, and how far it is', async () => {
      await put({ agent: AGENT, name: 'old', cron: '* * * * *' });
      const dry = await commander.done<BackfillReport>('backfillSchedule', { ...range(5), dry_run: true });
      expect(dry).toMatchObject({ dry_run: true, slots: 5, taken: 0, empty_count: 5 });
      const job = await commander.done<JobStarted>('backfillSchedule', range(5));
      expect(await ended(job.job_id)).toMatchObject({ state: 'done', done: 5, total: 5 });
      const filled = await rowsOf('old', 'backfilled', 5);
      expect(filled.map(({ scheduled_for }) => scheduled_for.getTime())).toEqual(
        [0, 1, 2, 3, 4].map((minute) => fromMs + minute * 60_000),
      );
      await vi.waitFor(async () => {
        const runs = await platform.query('SELECT 1 FROM agent_runs WHERE request_id = ANY ($1)', [
          filled.map(({ request_id }) => request_id),
        ]);
        expect(runs).toHaveLength(5);
      }, PATIENT);
      expect(await commander.done('backfillSchedule', { ...range(8), dry_run: true })).toMatchObject({
        slots: 8,
        taken: 5,
        empty_count: 3,
      });
    });

    it('waits while other requests of the agent do, and can be stopped', async () => {
      await put({ agent: AGENT, name: 'old', cron: '* * * * *' });
      HoldingAgent.isOpen = false;
      const nats = await platform.nats();
      for (let count = 0; count < 4; count += 1) {
        nats.publish(requestSubject(AGENT), '{}'); // two run, two wait
      }
      const busy = HoldingAgent.begun.length + 2;
      await vi.waitFor(() => expect(HoldingAgent.begun.length).toBeGreaterThanOrEqual(busy), PATIENT);
      const { job_id } = await commander.done<JobStarted>('backfillSchedule', { ...range(20), at_once: 1 });
      const waiting = await vi.waitFor(async () => {
        const found = await status(job_id);
        expect(found.waits_for).toBeDefined();
        return found;
      }, PATIENT);
      expect(waiting).toMatchObject({ done: 0, waits_for: '2 other requests of the agent' });
      expect(await commander.refused('backfillSchedule', range(20))).toMatchObject({ status: 409 });
      await status(job_id, 'stop');
      expect(await ended(job_id)).toMatchObject({
        state: 'stopped',
        done: 0,
        problem: 'Somebody stopped it',
      });
      HoldingAgent.release();
    });

    it('refuses a range with too many fires, and one that ends before it begins', async () => {
      await put({ ...EVERY_SECOND, name: 'often' });
      const often = {
        agent: AGENT,
        schedule: 'often',
        from: '2026-01-01T00:00:00Z',
        to: '2026-02-01T00:00:00Z',
      };
      expect((await commander.refused('backfillSchedule', often)).detail).toContain('at most 10000 fires');
      const backwards = { ...often, to: '2025-01-01T00:00:00Z' };
      expect((await commander.refused('backfillSchedule', backwards)).detail).toContain(
        'to must not be before',
      );
    });
  });

  it('go on while ingest is away, and say that nobody could tell', async () => {
    const other = await platform.createIngest();
    await ingest.close();
    ingest = other;
    await put({ ...EVERY_SECOND, name: 'alone' });
    await rowsOf('alone', 'fired');
    await ingest.close();
    const manager = await jetstreamManager(await platform.nats());
    await vi.waitFor(async () => {
      const last = await manager.streams.getMessage(SCHEDULE_FIRES, {
        last_by_subj: fireSubject(AGENT, 'alone'),
      });
      const { fires } = last!.json<LedgerEntry>();
      expect(fires.at(-1)).toMatchObject({
        outcome: 'fired',
        reason: 'nobody could say whether the run before is over',
      });
    }, PATIENT);
    ingest = await platform.createIngest();
  });

  it('that nobody decides about are noticed by ingest, and forgotten when somebody does', async () => {
    const watch = ingest.get(AbsenceWatch);
    await put({ agent: AGENT, name: 'missing', cron: '* * * * *', missed_fires: 'all' });
    await vi.waitFor(async () => expect((await listed('missing'))?.decided_until).not.toBeNull(), PATIENT);
    await vi.waitFor(async () => {
      await watch.look(Date.now());
      expect((await listed('missing'))?.overdue_since).toBeNull();
    }, PATIENT);
    await scheduler.close();
    await vi.waitFor(async () => {
      await watch.look(Date.now() + 3 * 60_000);
      expect((await listed('missing'))?.overdue_since).not.toBeNull();
    }, PATIENT);
    const exposition = await ingest.get(MetricsRegistry).exposition();
    expect(exposition).toMatch(/^schedule_fires_overdue\{(?=[^}]*schedule="missing")[^}]*\} [1-9]/m);
    scheduler = await platform.startScheduler();
    await watch.look(Date.now());
    expect((await listed('missing'))?.overdue_since).toBeNull();
    expect(await ingest.get(MetricsRegistry).exposition()).not.toMatch(/^schedule_fires_overdue\{/m);
  });

  it('have one row per fire, however often and in which order the ledger tells it', async () => {
    const at = (minute: number): string => `2026-01-01T00:0${minute}:00.000Z`;
    const entry = (fires: LedgerEntry['fires'], minute: number): string =>
      JSON.stringify({
        agent: AGENT,
        schedule: 'told',
        fires,
        until: at(minute),
        decided_at: at(9),
        decided_by: 'spec',
      });
    const reason = 'one row of many fires';
    const missed = {
      outcome: 'missed',
      scheduled_for: at(0),
      scheduled_until: at(2),
      fires: 3,
      reason,
    } as const;
    const first = entry([missed, { outcome: 'queued', scheduled_for: at(3) }], 3);
    const second = entry([{ outcome: 'fired', scheduled_for: at(3), request_id: 'told-3' }], 4);
    const filled = entry([{ outcome: 'backfilled', scheduled_for: at(0), request_id: 'told-0' }], 0);
    const subject = fireSubject(AGENT, 'told');
    const nats = await platform.nats();
    for (const body of [first, second, first, second]) {
      nats.publish(subject, body);
    }
    nats.publish(backfillSubject(AGENT, 'told'), filled);
    nats.publish(subject, first);
    nats.publish(subject, '{'); // goes to the dead letters, and holds nobody up
    nats.publish(subject, entry([{ outcome: 'skipped', scheduled_for: at(5) }], 5));
    await rowsOf('told', 'skipped');
    const found = await platform.query(
      `SELECT scheduled_for, outcome, request_id, fires FROM schedule_fires WHERE schedule_name = 'told'
       ORDER BY scheduled_for, fires`,
    );
    expect(found).toEqual([
      { scheduled_for: new Date(at(0)), outcome: 'backfilled', request_id: 'told-0', fires: 1 },
      { scheduled_for: new Date(at(0)), outcome: 'missed', request_id: null, fires: 3 },
      { scheduled_for: new Date(at(3)), outcome: 'fired', request_id: 'told-3', fires: 1 },
      { scheduled_for: new Date(at(5)), outcome: 'skipped', request_id: null, fires: 1 },
    ]);
    const [position] = await platform.query(
      "SELECT decided_until, has_ended FROM schedule_positions WHERE schedule_name = 'told'",
    );
    expect(position).toEqual({ decided_until: new Date(at(5)), has_ended: true });
  });

  it('keep their state when the ledger is trimmed', async () => {
    await put({ ...EVERY_SECOND, name: 'trimmed' });
    await rowsOf('trimmed', 'fired', 10);
    const before = (await rows('trimmed')).length;
    await vi.waitFor(async () => expect(await ingest.get(LedgerTrimmer).trim(0)).toBeGreaterThan(0), PATIENT);
    await rowsOf('trimmed', 'fired', before + 2);
    const all = await rows('trimmed');
    const gaps = all
      .slice(1)
      .map((row, index) => row.scheduled_for.getTime() - all[index]!.scheduled_for.getTime());
    expect(new Set(gaps)).toEqual(new Set([1_000]));
  });
});
