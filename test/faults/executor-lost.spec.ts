import { describe, expect, it, vi } from 'vitest';
import { eventSubject, RunStarted } from '#contracts';
import { jetstream } from '@nats-io/jetstream';
import { checkLedger } from '../support/ledger-check.js';
import type { Platform } from '../support/platform.js';
import { eventsOf, storedEvents } from '../support/stored-events.js';
import { AttemptLedger } from './attempt-ledger.js';
import { onPlatform } from './on-platform.js';
import { request, requestMany } from './request-publisher.js';

const EXECUTOR = 'test/processes/executor.js';
const CRASHING_EXECUTOR = 'test/processes/crashing-executor.js';
const LONG_MS = 60_000;

interface AttemptRow {
  request_id: string;
  attempt: number;
  reason: string;
}

/** Side by side, because each waits for the broker to miss an executor. */
describe.concurrent('an executor that is lost', () => {
  it(
    'by kill -9 is followed by another within 20 s, for old runs and for those without any event',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const input = { ms: 1_500, ledger: ledger.path };
        const first = platform.spawn(EXECUTOR);
        await first.printed('ready');
        const old = await requestMany(platform, 'sleeper', 'old', 7, () => ({ input }));
        await vi.waitFor(
          async () => expect(await storedEvents(await platform.nats())).toHaveLength(old.length),
          { timeout: 5_000 },
        );
        const young = await requestMany(platform, 'sleeper', 'young', 3, () => ({ input }));
        await ledger.untilBegun(young);
        await first.kill();
        const killedAtMs = Date.now();
        const lost = await storedEvents(await platform.nats());
        const second = platform.spawn(EXECUTOR);
        await second.printed('ready');
        await checkLedger(platform, [...old, ...young], 30_000);

        const runs = await platform.query<{ status: string; attempt: number; started_at: Date }>(
          'SELECT status, attempt, started_at FROM agent_runs',
        );
        for (const { started_at, ...run } of runs) {
          expect(run).toEqual({ status: 'success', attempt: 2 });
          expect(started_at.getTime() - killedAtMs).toBeLessThan(20_000);
        }
        expect(lost.map(({ request_id }) => request_id)).toEqual(expect.arrayContaining(old));
        expect(lost.length).toBeLessThan(runs.length);
        const announced = lost.map(({ request_id }) => ({ request_id, attempt: 1, reason: 'lost' }));
        expect(await attemptRows(platform)).toEqual(
          announced.toSorted((one, other) => (one.request_id < other.request_id ? -1 : 1)),
        );
        const begun = await ledger.begun();
        for (const requestId of [...old, ...young]) {
          const pids = begun.filter((line) => line.requestId === requestId).map(({ pid }) => pid);
          expect(pids).toEqual([first.pid, second.pid]);
        }
      }),
    LONG_MS,
  );

  it(
    'for a while, frozen, is fenced when it comes back',
    async () =>
      await onPlatform(async (platform) => {
        const ledger = new AttemptLedger(platform);
        const body = { input: { ms: 2_000, ledger: ledger.path } };
        const frozen = platform.spawn(EXECUTOR);
        await frozen.printed('ready');
        const old = await request(platform, 'sleeper', 'old', body);
        await vi.waitFor(async () => expect(await eventsOf(await platform.nats(), old)).toHaveLength(1), {
          timeout: 5_000,
        });
        const young = await request(platform, 'sleeper', 'young', body);
        await ledger.untilBegun([young]);
        frozen.signal('SIGSTOP');
        const other = platform.spawn(EXECUTOR);
        await other.printed('ready');
        await vi.waitFor(
          async () => {
            const running = await platform.query(
              "SELECT 1 FROM agent_runs WHERE status = 'running' AND attempt = 2",
            );
            expect(running).toHaveLength(2);
          },
          { timeout: 25_000, interval: 50 },
        );
        frozen.signal('SIGCONT'); // while the other one is at work
        await vi.waitFor(() => expect(frozen.output.match(/taken over by another holder/g)).toHaveLength(2), {
          timeout: 10_000,
        });
        await checkLedger(platform, [old, young], 15_000);
        const runs = await platform.query('SELECT status, attempt FROM agent_runs');
        expect(runs).toHaveLength(2);
        runs.forEach((run) => expect(run).toEqual({ status: 'success', attempt: 2 }));
        const metrics = await platform.query<{ metric_value: string }>(
          "SELECT metric_value FROM agent_metrics WHERE metric_name = 'attempt'",
        );
        expect(metrics.map(({ metric_value }) => metric_value)).toEqual(['2', '2']);
        const pids = (await ledger.begun()).filter(({ attempt }) => attempt === 2).map(({ pid }) => pid);
        expect(pids).toEqual([other.pid, other.pid]);
      }),
    LONG_MS,
  );

  it.each([
    ['before it says a word', 50],
    ['after it has begun', 500],
  ])(
    'in each attempt, %s, fails the run after its last attempt and spares its neighbours',
    async (_when, dieMs) =>
      await onPlatform(async (platform) => {
        const over = new AbortController();
        let executor = platform.spawn(CRASHING_EXECUTOR);
        await executor.printed('ready');
        const respawn = async (): Promise<void> => {
          while ((await executor.ended()) === 'SIGKILL' && !over.signal.aborted) {
            executor = platform.spawn(CRASHING_EXECUTOR);
          }
        };
        const respawning = respawn();
        const ids = await Promise.all([
          request(platform, 'crasher', 'once', { input: { die_ms: dieMs }, attempt_limit: 1 }),
          request(platform, 'crasher', 'twice', { input: { die_ms: dieMs }, attempt_limit: 2 }),
          request(platform, 'crasher', 'neighbour', { input: { ms: dieMs + 300 }, attempt_limit: 5 }),
        ]);
        await checkLedger(platform, ids, 55_000);
        over.abort();
        const runs = await platform.query(
          'SELECT request_id, status, attempt, failure_reason FROM agent_runs ORDER BY 1 DESC',
        );
        expect(runs).toEqual([
          { request_id: 'twice', status: 'failed', attempt: 2, failure_reason: 'lost' },
          { request_id: 'once', status: 'failed', attempt: 1, failure_reason: 'lost' },
          { request_id: 'neighbour', status: 'success', attempt: expect.any(Number), failure_reason: null },
        ]);
        await executor.kill();
        await respawning;
      }),
    LONG_MS,
  );

  it(
    'and that nobody knows gives its run up to whoever asks',
    async () =>
      await onPlatform(async (platform) => {
        await platform.startExecutor();
        const now = new Date().toISOString();
        const started = Object.assign(new RunStarted(), {
          agent: 'echo',
          request_id: 'haunted',
          attempt: 4,
          at: now,
          origin: { trigger: 'message' as const, requested_at: now },
          executor: 'ghost-00000000',
          started_at: now,
          charged: 1,
        });
        await jetstream(await platform.nats()).publish(eventSubject('haunted'), JSON.stringify(started));
        await request(platform, 'echo', 'haunted', { input: { n: 1 } });
        await checkLedger(platform, ['haunted'], 25_000);
        const [run] = await platform.query('SELECT status, attempt, result FROM agent_runs');
        expect(run).toEqual({
          status: 'success',
          attempt: 5,
          result: { attempt: 5, requestId: 'haunted' },
        });
        expect(await attemptRows(platform)).toEqual([{ request_id: 'haunted', attempt: 4, reason: 'lost' }]);
      }),
    LONG_MS,
  );

  it(
    'does not leave a run to garbage on its subject',
    async () =>
      await onPlatform(async (platform) => {
        await platform.startExecutor();
        await jetstream(await platform.nats()).publish(eventSubject('spoiled'), 'no event');
        await request(platform, 'echo', 'spoiled', { input: { n: 1 } });
        await vi.waitFor(
          async () =>
            expect(await platform.query('SELECT status, attempt FROM agent_runs')).toEqual([
              { status: 'success', attempt: 2 },
            ]),
          { timeout: 25_000, interval: 100 },
        );
        await vi.waitFor(async () =>
          expect(await platform.query('SELECT subject FROM dead_letters')).toEqual([
            { subject: eventSubject('spoiled') },
          ]),
        );
      }),
    LONG_MS,
  );
});

async function attemptRows(platform: Platform): Promise<AttemptRow[]> {
  return await platform.query<AttemptRow>(
    `SELECT request_id, ended.attempt, reason FROM agent_run_attempts AS ended
     JOIN agent_runs AS run ON run.id = run_id ORDER BY 1, 2`,
  );
}
