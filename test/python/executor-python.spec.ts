import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS_BUCKET, type CatalogueEntry } from '#contracts';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Commander } from '../control/commander.js';
import { request } from '../faults/request-publisher.js';
import { Platform } from '../support/platform.js';
import { pythonFolder } from './python-folder.js';
import { findPython } from './python-interpreter.js';

const python = findPython();
const because = python === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';

/** As the users of the platform have always written them. */
const AS_EVER = `
from agent_platform import BaseAgent

class MiAgente(BaseAgent):
    name = "mi_agente"
    schedules = [{"cron": "* * * * * *", "input": {"origen": "horario"}}]

    def run(self):
        return {"filas": 3, "ok": True, "ciudad": "Málaga"}
`;
const WITH_CONTEXT = `
import os, time
from agent_platform import BaseAgent, NonRetryable, Output

class Telling(BaseAgent):
    """Tells how its work goes."""
    name = "telling"
    retry_delay_seconds = 0.05
    kill_grace_seconds = 2

    def run(self):
        how = self.context.input.get("how")
        if how == "crash" and self.context.attempt == 1:
            os._exit(7)
        if how == "give up":
            raise NonRetryable("it will never work")
        if how == "wait":
            self.context.progress(10, "waiting")
            while not self.context.cancelled:
                time.sleep(0.01)
            self.context.check_cancelled()
        seen = self.context.cache.get("seen") or 0
        self.context.cache.put("seen", seen + 1)
        print("a stray print")
        self.context.log.warning("a line of the log")
        self.context.metric("halfway", 1)
        self.context.progress(50, "half")
        return Output({"attempt": self.context.attempt}, result={"request": self.context.request_id})
`;
const BROKEN = 'import nothing_of_this_name\n';
const MISTAKEN = `
from agent_platform import BaseAgent

class Mistaken(BaseAgent):
    name = "mistaken"
    schedules = [{"cron": "61 * * * *"}]
`;
const TAKEN_NAME = `
from agent_platform import BaseAgent

class Echo(BaseAgent):
    name = "echo"
`;

describe.skipIf(python === undefined)(`Python agents of an executor${because}`, () => {
  let platform: Platform;
  let pythonDir: string;

  beforeAll(async () => {
    platform = await Platform.start();
    pythonDir = await pythonFolder(platform.servers.directory, {
      mi_agente: AS_EVER,
      telling: WITH_CONTEXT,
      broken: BROKEN,
      mistaken: MISTAKEN,
    });
    await platform.startIngest();
    await platform.startApi();
    await platform.startExecutor({ pythonDir });
    await platform.startScheduler();
  });

  afterAll(async () => await platform.stop());

  async function finished(where: string, values: unknown[] = []): Promise<Record<string, unknown>> {
    return await vi.waitFor(
      async () => {
        const sql = `SELECT * FROM agent_runs WHERE ${where} AND finished_at IS NOT NULL`;
        const [run] = await platform.query<Record<string, unknown>>(sql, values);
        expect(run).toBeDefined();
        return run!;
      },
      { timeout: 15_000, interval: 25 },
    );
  }

  async function metricsOf(run: Record<string, unknown>): Promise<Record<string, string>> {
    const rows = await platform.query<{ name: string; value: string }>(
      'SELECT metric_name AS name, coalesce(metric_text, metric_value::text) AS value FROM agent_metrics WHERE run_id = $1',
      [run['id']],
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  it('are in the catalogue like any other, with their defaults', async () => {
    const bucket = await new Kvm(await platform.nats()).open(AGENTS_BUCKET);
    const entry = (await bucket.get('telling'))?.json<CatalogueEntry>();

    expect(entry?.declaration).toMatchObject({
      isolation: 'python',
      description: 'Tells how its work goes.',
      attemptLimit: 3,
      retryDelayMs: 50,
      memoryLimitMb: 512,
    });
    expect(await bucket.get('broken')).toBeNull();
    expect(await bucket.get('mistaken')).toBeNull();
  });

  it('run when their schedule says so, as they were always written', async () => {
    const run = await finished("agent_name = 'mi_agente'");

    expect(run).toMatchObject({
      status: 'success',
      trigger: 'schedule',
      schedule_name: 'default',
      input: { origen: 'horario' },
    });
    expect(await metricsOf(run)).toEqual({ filas: '3', ok: '1', ciudad: 'Málaga' });
  });

  it('have metrics, result, progress, log and cache', async () => {
    await request(platform, 'telling', 'told');
    const run = await finished("request_id = 'told'");

    expect(run).toMatchObject({
      status: 'success',
      attempt: 1,
      result: { request: 'told' },
      progress: 50,
      progress_message: 'half',
    });
    expect(await metricsOf(run)).toEqual({ attempt: '1', halfway: '1' });
    const lines = await platform.query('SELECT level, message FROM agent_run_logs WHERE run_id = $1', [
      run['id'],
    ]);
    expect(lines).toContainEqual({ level: 'info', message: 'a stray print' });
    expect(lines).toContainEqual({ level: 'warn', message: 'a line of the log' });
  });

  it('cost one attempt when their child crashes', async () => {
    await request(platform, 'telling', 'crashed', { input: { how: 'crash' } });
    const run = await finished("request_id = 'crashed'");

    expect(run).toMatchObject({ status: 'success', attempt: 2 });
    const attempts = await platform.query(
      'SELECT attempt, reason, error_message FROM agent_run_attempts WHERE run_id = $1',
      [run['id']],
    );
    expect(attempts).toEqual([
      { attempt: 1, reason: 'crash', error_message: expect.stringContaining('exit code 7') },
    ]);
  });

  it('fail without further attempts when they say that none would help', async () => {
    await request(platform, 'telling', 'hopeless', { input: { how: 'give up' } });

    expect(await finished("request_id = 'hopeless'")).toMatchObject({
      status: 'failed',
      attempt: 1,
      error_message: 'NonRetryable: it will never work',
    });
  });

  it('are cancelled', async () => {
    await request(platform, 'telling', 'cancelled', { input: { how: 'wait' } });
    await vi.waitFor(
      async () =>
        expect(
          await platform.query("SELECT progress FROM agent_runs WHERE request_id = 'cancelled'"),
        ).toEqual([{ progress: 10 }]),
      { timeout: 10_000, interval: 25 },
    );
    await new Commander(platform).done('cancelRun', { request_id: 'cancelled', by: 'a spec' });

    expect(await finished("request_id = 'cancelled'")).toMatchObject({
      status: 'cancelled',
      error_message: 'Cancelled by a spec',
    });
  });
});

describe.skipIf(python === undefined)(`the start of an executor${because}`, () => {
  let platform: Platform;
  let directory: string;

  beforeAll(async () => {
    platform = await Platform.start();
    directory = await mkdtemp(join(tmpdir(), 'python-start-'));
  });

  afterAll(async () => {
    await platform.stop();
    await rm(directory, { recursive: true });
  });

  it('is stopped by a name that a Nest agent has already, naming both places', async () => {
    const pythonDir = await pythonFolder(directory, { my_echo: TAKEN_NAME });

    await expect(platform.startExecutor({ pythonDir })).rejects.toThrow(
      /EchoAgent \(SpecAgentsModule\) and .*agents\/my_echo are both named echo/,
    );
  });

  it('says once that there is no Python, and goes on', async () => {
    const executor = platform.spawn('test/processes/executor.js', {
      EXECUTOR_PYTHON_DIR: join(directory, 'python'),
      EXECUTOR_PYTHON: join(directory, 'no-python'),
    });
    await executor.printed('ready');

    expect(executor.output.match(/There is no Python/g)).toHaveLength(1);
  });

  it('names what is wrong with an agent, and goes on', async () => {
    const folder = join(directory, 'wrong');
    const executor = platform.spawn('test/processes/executor.js', {
      EXECUTOR_PYTHON_DIR: await pythonFolder(folder, { broken: BROKEN, mistaken: MISTAKEN }),
    });
    await executor.printed('ready');

    expect(executor.output).toMatch(/broken.*nothing_of_this_name/);
    expect(executor.output).toMatch(/mistaken.*schedules\[0\]\.cron is not a cron expression/);
  });
});
