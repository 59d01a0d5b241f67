import { describe, expect, it, vi } from 'vitest';
import { pythonFolder } from '../python/python-folder.js';
import { findPython } from '../python/python-interpreter.js';
import { processTable } from '../servers/process-table.js';
import { checkLedger } from '../support/ledger-check.js';
import type { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';
import { eventsOf } from '../support/stored-events.js';
import { AttemptLedger } from './attempt-ledger.js';
import { onPlatform } from './on-platform.js';
import { requestMany } from './request-publisher.js';

const PYTHON_HOLDER = `
import os
from agent_platform import BaseAgent

class PythonHolder(BaseAgent):
    """Holds on."""
    name = "python_holder"
    concurrency = 100
    retry_delay_seconds = 0.05

    def run(self):
        context = self.context
        with open(context.input["ledger"], "a") as ledger:
            ledger.write(f"begin {context.request_id} {context.attempt} {os.getpid()}\\n")
        if context.attempt == 1:
            context.sleep(context.input["hold_ms"] / 1000)
        return {"attempt": context.attempt}
`;
const AGENTS = ['inline_holder', 'process_holder', 'python_holder'] as const;
const LONG_MS = 120_000;
const HOLD_MS = 100_000;
const because = findPython() === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';

interface Run {
  readonly request_id: string;
  readonly status: string;
  readonly attempt: number;
  readonly started_at: Date;
}

describe.skipIf(findPython() === undefined)(`an executor with agents of every isolation${because}`, () => {
  it(
    'that is killed leaves no child behind, and its 20 runs end on another one within 20 s',
    async () =>
      await onPlatform(async (platform) => {
        const bench = await MixedBench.create(platform);
        const first = await bench.start();
        const ids = await bench.request(
          { inline_holder: 10, process_holder: 4, python_holder: 6 },
          'run',
          HOLD_MS,
        );
        const children = await bench.childrenOf(ids, first);
        expect(children).toHaveLength(10);

        await first.kill();
        const killedAtMs = Date.now();
        await vi.waitFor(() => expect(alive(children)).toEqual([]), { timeout: 2_000 });
        const second = await bench.start();
        await checkLedger(platform, ids, 40_000);

        const runs = await platform.query<Run>('SELECT * FROM agent_runs');
        expect(runs).toHaveLength(20);
        for (const run of runs) {
          expect(run).toMatchObject({ status: 'success', attempt: 2 });
          expect(run.started_at.getTime() - killedAtMs).toBeLessThan(20_000);
        }
        expect(await terminate(second)).toBe(0);
      }),
    LONG_MS,
  );

  it(
    'that is told to stop finishes what is short, hands back the rest uncharged, and ends in time',
    async () =>
      await onPlatform(async (platform) => {
        const drainMs = 6_000;
        const bench = await MixedBench.create(platform);
        const first = await bench.start(drainMs);
        const each = { inline_holder: 2, process_holder: 2, python_holder: 2 };
        const long = await bench.request(each, 'long', HOLD_MS, 1);
        await bench.childrenOf(long, first);
        const short = await bench.request(each, 'short', 3_000, 1);
        const children = await bench.childrenOf([...long, ...short], first);
        const askedAtMs = Date.now();
        const [code] = await Promise.all([terminate(first), bench.start()]);

        expect(code).toBe(0);
        expect(bench.endedAtMs(first) - askedAtMs).toBeLessThan(drainMs + 3_000);
        expect(alive(children)).toEqual([]);
        await checkLedger(platform, [...long, ...short], 30_000);
        const runs = await platform.query<Run>('SELECT request_id, status, attempt FROM agent_runs');
        const expected = [...long.map((id) => [id, 2] as const), ...short.map((id) => [id, 1] as const)];
        expect(runs.toSorted(byRequest)).toEqual(
          expected
            .map(([request_id, attempt]) => ({ request_id, status: 'success', attempt }))
            .toSorted(byRequest),
        );
        for (const requestId of long) {
          const events = await eventsOf(await platform.nats(), requestId);
          expect(events.find(({ type }) => type === 'attempt_failed')).toMatchObject({
            reason: 'drain',
            charged: 0,
          });
        }
      }),
    LONG_MS,
  );
});

/** Executors with the holders, and what the holders note. */
class MixedBench {
  private readonly ledger: AttemptLedger;
  private readonly ends = new Map<ServiceProcess, number>();

  private constructor(
    private readonly platform: Platform,
    private readonly pythonDir: string,
  ) {
    this.ledger = new AttemptLedger(platform);
  }

  static async create(platform: Platform): Promise<MixedBench> {
    const agents = { python_holder: PYTHON_HOLDER };
    return new MixedBench(platform, await pythonFolder(platform.servers.directory, agents));
  }

  async start(drainMs = 5_000): Promise<ServiceProcess> {
    const service = this.platform.spawn('test/processes/mixed-executor.js', {
      EXECUTOR_DRAIN_MS: String(drainMs),
      EXECUTOR_PYTHON_DIR: this.pythonDir,
    });
    void service.ended().then(() => this.ends.set(service, Date.now()));
    await service.printed('ready');
    return service;
  }

  endedAtMs(service: ServiceProcess): number {
    return this.ends.get(service) ?? Infinity;
  }

  async request(
    counts: Record<(typeof AGENTS)[number], number>,
    prefix: string,
    holdMs: number,
    attemptLimit = 3,
  ): Promise<string[]> {
    const input = { hold_ms: holdMs, ledger: this.ledger.path };
    const ids = await Promise.all(
      AGENTS.map(
        async (agent) =>
          await requestMany(this.platform, agent, `${prefix}-${agent}`, counts[agent], () => ({
            input,
            attempt_limit: attemptLimit,
          })),
      ),
    );
    return ids.flat();
  }

  /** The processes that runs are in, once each of them has begun. */
  async childrenOf(requestIds: readonly string[], executor: ServiceProcess): Promise<number[]> {
    await this.ledger.untilBegun(requestIds, 30_000);
    const pids = new Set((await this.ledger.begun()).map(({ pid }) => pid));
    expect(pids.delete(executor.pid)).toBe(true); // the inline ones
    return [...pids];
  }
}

function alive(pids: readonly number[]): number[] {
  return processTable()
    .map(({ pid }) => pid)
    .filter((pid) => pids.includes(pid));
}

async function terminate(service: ServiceProcess): Promise<number | NodeJS.Signals> {
  service.signal('SIGTERM');
  return await service.ended();
}

function byRequest(one: { request_id: string }, other: { request_id: string }): number {
  return one.request_id < other.request_id ? -1 : 1;
}
