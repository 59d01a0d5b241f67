import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DECIDED_SUBJECT,
  type DecidedAnswer,
  type DecidedInquiry,
  fireRequestId,
  type LedgerEntry,
  type LedgerFire,
  RUN_REQUESTS,
  SCHEDULE_FIRES,
} from '#contracts';
import { instantsOf } from '#schedules';
import { SchedulerBench } from '../scheduler/scheduler-bench.js';
import { ServiceProcess } from '../support/service-process.js';

const FACTOR = 1_440;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const VIRTUAL_START_MS = Date.parse('2027-03-27T12:00:30Z');
const SCHEDULES = [
  {
    agent: 'all_of_them',
    name: 'minutely',
    cron: '* * * * *',
    missed_fires: 'all',
    overlap: 'allow',
    missed_max: 200,
  },
  { agent: 'last_one', name: 'minutely', cron: '* * * * *', missed_fires: 'last', overlap: 'skip' },
  { agent: 'none', name: 'minutely', cron: '*/2 * * * *', missed_fires: 'skip', overlap: 'queue' },
  {
    agent: 'interval',
    name: 'minutely',
    every_ms: 60_000,
    missed_fires: 'all',
    overlap: 'allow',
    missed_max: 200,
  },
] as const;

/** The same sequence of random numbers each time, from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('three schedulers, killed and restarted at random, with clocks that jump', () => {
  let bench: SchedulerBench;
  const realStartMs = Date.now();
  const processes: ServiceProcess[] = [];
  const virtualNow = (): number => VIRTUAL_START_MS + (Date.now() - realStartMs) * FACTOR;

  beforeAll(async () => {
    bench = await SchedulerBench.start();
    // In the place of ingest: it knows of some runs that they are over, so that no two schedulers agree about it.
    const random = randomNumbers(11);
    bench.nats.subscribe(DECIDED_SUBJECT, {
      callback: (_error, message) => {
        const { request_ids } = message.json<DecidedInquiry>();
        const answer: DecidedAnswer = { decided: request_ids.filter(() => random() < 0.5) };
        message.respond(JSON.stringify(answer));
      },
    });
    for (const definition of SCHEDULES) {
      await bench.store({ ...definition, timed_since: new Date(VIRTUAL_START_MS).toISOString() });
    }
  });

  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await bench.stop();
  });

  function start(place: number): ServiceProcess {
    const scheduler = ServiceProcess.spawn('test/processes/virtual-scheduler.js', {
      ...bench.environment,
      REAL_START_MS: String(realStartMs),
      VIRTUAL_START_MS: String(VIRTUAL_START_MS),
      CLOCK_FACTOR: String(FACTOR),
      // The clocks of two differ by some seconds, as they do.
      CLOCK_AHEAD_MS: String([0, 5_000, -5_000][place] ?? 0),
      CLOCK_JUMP_MS: String(place === 2 ? HOUR_MS : 0),
    });
    processes.push(scheduler);
    return scheduler;
  }

  it('decide about every fire of a day once, and ask for at most one run of each', async () => {
    const random = randomNumbers(7);
    const living = [start(0), start(1), start(2)];
    let kills = 0;
    while (virtualNow() < VIRTUAL_START_MS + DAY_MS) {
      const pauseMs = 500 + random() * 1_500;
      const until = Date.now() + pauseMs;
      await vi.waitUntil(() => Date.now() >= until, { timeout: 5_000, interval: 20 });
      const place = Math.floor(random() * 3);
      if (random() < 0.25) {
        living[2]?.signal('SIGCONT'); // an hour ahead, or back
      }
      await living[place]?.kill();
      kills += 1;
      if (random() < 0.2) {
        await Promise.all(living.map((each) => each.kill()));
        [0, 1, 2].forEach((each) => (living[each] = start(each)));
      } else {
        living[place] = start(place);
      }
    }
    expect(kills).toBeGreaterThan(15);
    await Promise.all(living.map((each) => each.kill()));
    // Whoever starts next decides what is left of the day, and publishes what was decided and not yet asked for.
    start(0);
    const entries = await vi.waitFor(
      async () => {
        const found = (await bench.messages(SCHEDULE_FIRES)).map((each) => each.json<LedgerEntry>());
        for (const { agent } of SCHEDULES) {
          const last = found.findLast((each) => each.agent === agent);
          expect(Date.parse(last?.until ?? '')).toBeGreaterThanOrEqual(VIRTUAL_START_MS + DAY_MS);
        }
        return found;
      },
      { timeout: 30_000, interval: 500 },
    );
    const fired = entries.flatMap(({ fires }) => fires.filter(({ outcome }) => outcome === 'fired'));
    const requests = await vi.waitFor(
      async () => {
        const ids = (await bench.messages(RUN_REQUESTS)).map(({ header }) => header.get('Nats-Msg-Id'));
        expect(fired.filter(({ request_id = '' }) => !ids.includes(request_id))).toEqual([]);
        return ids;
      },
      { timeout: 20_000, interval: 500 },
    );
    expect(new Set(requests).size).toBe(requests.length);
    const counts: Record<string, number> = {};
    for (const definition of SCHEDULES) {
      const own = entries.filter(({ agent }) => agent === definition.agent);
      const fires = own.flatMap((entry) => entry.fires);
      fires.forEach(({ outcome }) => (counts[outcome] = (counts[outcome] ?? 0) + 1));
      assertComplete(definition, own, fires, new Set(requests));
    }
    console.log(`${kills} kills; outcomes`, counts);
  }, 150_000);

  function assertComplete(
    definition: (typeof SCHEDULES)[number],
    entries: readonly LedgerEntry[],
    fires: readonly LedgerFire[],
    requests: ReadonlySet<string>,
  ): void {
    const { agent, name } = definition;
    const lastMs = Date.parse(entries.at(-1)?.until ?? '');
    const instants = instantsOf(definition);
    const expected: string[] = [];
    for (let at = instants.next(VIRTUAL_START_MS); at <= lastMs; at = instants.next(at)) {
      expected.push(new Date(at).toISOString());
    }
    const folded = fires.filter((fire) => fire.fires !== undefined);
    const isFolded = (at: string): boolean =>
      folded.some(({ scheduled_for, scheduled_until = '' }) => scheduled_for <= at && at <= scheduled_until);
    const single = fires.filter((fire) => fire.fires === undefined);
    // A fire that waits has another word when it is let go.
    const final = single.filter(({ outcome }) => outcome !== 'queued');
    const waited = single.filter(({ outcome }) => outcome === 'queued').map((fire) => fire.scheduled_for);
    const decided = final.map((fire) => fire.scheduled_for);
    expect(new Set(decided).size, `${agent}: one word per fire`).toBe(decided.length);
    const all = new Set([...decided, ...waited]);
    expect(
      expected.filter((at) => !all.has(at) && !isFolded(at)),
      `${agent}: without a word`,
    ).toEqual([]);
    expect(
      [...all].filter((at) => !expected.includes(at)),
      `${agent}: not expected`,
    ).toEqual([]);
    for (const { outcome, scheduled_for, request_id } of final) {
      const id = fireRequestId(agent, name, new Date(scheduled_for));
      expect(request_id ?? id).toBe(id);
      expect(requests.has(id), `${id} is ${outcome}`).toBe(outcome === 'fired');
    }
  }
});
