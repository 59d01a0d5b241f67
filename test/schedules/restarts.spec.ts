import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  fireRequestId,
  fireSubject,
  type LedgerEntry,
  type LedgerFire,
  type ScheduleDefinition,
} from '#contracts';
import { timingOf } from '#schedules';
import { SchedulerBench } from '../scheduler/scheduler-bench.js';
import { ServiceProcess } from '../support/service-process.js';

const MINUTE_MS = 60_000;
const NAME = 'minutely';
const PATIENT = { timeout: 15_000, interval: 50 };

describe('a scheduler that starts', () => {
  let bench: SchedulerBench;
  /** Half a minute after a full one, so that nothing comes due while the spec looks. */
  const downSinceMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;

  beforeAll(async () => {
    bench = await SchedulerBench.start();
  });

  afterAll(async () => {
    await bench.stop();
  });

  /** A schedule that nobody has looked after for five minutes. */
  async function abandon(
    agent: string,
    changes: Partial<ScheduleDefinition>,
    state: Partial<LedgerEntry> = {},
  ): Promise<void> {
    const at = new Date(downSinceMs).toISOString();
    const definition = {
      agent,
      name: NAME,
      cron: '* * * * *',
      time_zone: 'UTC',
      timed_since: at,
      ...changes,
    };
    await bench.store(definition);
    const entry: LedgerEntry = {
      agent,
      schedule: NAME,
      fires: [],
      until: at,
      timing: timingOf(definition),
      decided_at: at,
      decided_by: 'spec',
      ...state,
    };
    bench.nats.publish(fireSubject(agent, NAME), JSON.stringify(entry));
    await bench.nats.flush();
  }

  async function decided(agent: string): Promise<LedgerFire[]> {
    return await vi.waitFor(async () => {
      const fires = await bench.ledger(agent, NAME);
      expect(fires.length).toBeGreaterThanOrEqual(5);
      return fires.slice(0, 5);
    }, PATIENT);
  }

  it('makes up for what was missed as each schedule has it, and for nothing twice', async () => {
    await abandon('skips', { missed_fires: 'skip' });
    await abandon('last', { missed_fires: 'last', overlap: 'allow' });
    await abandon('two', { missed_fires: 'all', missed_max: 2, overlap: 'allow' });
    const scheduler = await bench.startScheduler();
    const outcomesOf = async (agent: string): Promise<string[]> =>
      (await decided(agent)).map(({ outcome }) => outcome);
    expect((await outcomesOf('skips')).slice(0, 4)).toEqual(['missed', 'missed', 'missed', 'missed']);
    expect((await outcomesOf('last')).at(-1)).toBe('fired');
    expect((await outcomesOf('two')).slice(-2)).toEqual(['fired', 'fired']);
    await vi.waitFor(
      async () => expect((await bench.fires('two')).length).toBeGreaterThanOrEqual(2),
      PATIENT,
    );
    await scheduler.close();
    const again = await bench.startScheduler();
    await abandon('witness', { missed_fires: 'all', overlap: 'allow' });
    await decided('witness');
    for (const agent of ['skips', 'last', 'two']) {
      const instants = (await bench.ledger(agent, NAME)).map(({ scheduled_for }) => scheduled_for);
      expect(new Set(instants).size).toBe(instants.length);
      const requests = (await bench.fires(agent)).map(({ messageId }) => messageId);
      expect(new Set(requests).size).toBe(requests.length);
    }
    await again.close();
  });

  it('publishes what the one before had decided and not yet asked for, unless nobody knows since when', async () => {
    const fire = (agent: string): LedgerFire => {
      const scheduled_for = new Date(downSinceMs).toISOString();
      const request_id = fireRequestId(agent, NAME, new Date(downSinceMs));
      return { scheduled_for, outcome: 'fired', request_id };
    };
    await abandon('owed', { missed_fires: 'skip' }, { fires: [fire('owed')] });
    const scheduler = await bench.startScheduler();
    const [request] = await vi.waitFor(async () => {
      const fires = await bench.fires('owed');
      expect(fires).not.toEqual([]);
      return fires;
    }, PATIENT);
    expect(request?.messageId).toBe(fire('owed').request_id);
    await scheduler.close();
  });

  it('begins a schedule anew when nobody understands the last word about it', async () => {
    const agent = 'garbled';
    bench.nats.publish(fireSubject(agent, NAME), '{');
    await bench.nats.flush();
    await bench.store({ agent, name: NAME, every_ms: 1_000, overlap: 'allow' });
    const scheduler = await bench.startScheduler();
    await vi.waitFor(async () => expect((await bench.fires(agent)).length).toBeGreaterThan(1), PATIENT);
    await bench.unstore(agent, NAME);
    await scheduler.close();
  });

  it('goes by the clock of the broker when its own is wrong, and when somebody sets it', async () => {
    const scheduler = ServiceProcess.spawn('test/processes/wrong-clock-scheduler.js', {
      ...bench.environment,
      WALL_CLOCK_AHEAD_MS: String(60 * MINUTE_MS),
    });
    await scheduler.printed('ready');
    await bench.store({ agent: 'timely', name: NAME, every_ms: 1_000, overlap: 'allow' });
    await vi.waitFor(async () => expect((await bench.fires('timely')).length).toBeGreaterThan(2), PATIENT);
    scheduler.signal('SIGCONT');
    const before = (await bench.fires('timely')).length;
    await vi.waitFor(
      async () => expect((await bench.fires('timely')).length).toBeGreaterThan(before + 8),
      PATIENT,
    );
    await scheduler.kill();
    const fires = await bench.fires('timely');
    expect(Math.min(...fires.map(({ latenessMs }) => latenessMs))).toBeGreaterThan(-500);
    const outcomes = (await bench.ledger('timely', NAME)).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['fired']));
    expect(scheduler.output).toContain("This machine's clock is wrong");
  });
});
