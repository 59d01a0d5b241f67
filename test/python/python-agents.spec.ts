import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunMessage } from '../../libs/running/src/children/protocol/parent-message.js';
import { PythonChild } from './python-child.js';
import { findPython, PYTHON_FOLDER } from './python-interpreter.js';

const execute = promisify(execFile);
const python = findPython();
const because = python === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';
const FIXTURES = join(PYTHON_FOLDER, 'tests/fixtures');
const INSTALL_MS = 300_000;
const QUICK_PIP = ['-m', 'pip', '--retries', '0', '--timeout', '5'];

/** Leaves out what is made on this machine. */
function isNoProduct(path: string): boolean {
  return !/\.venv|__pycache__/.test(path);
}

function workerOf(target: string): string[] {
  return [python ?? '', '-X', 'utf8', join(PYTHON_FOLDER, 'run_worker.py'), target];
}

function run(agent: string, input: Record<string, unknown> = {}, requestId = 'spec'): RunMessage {
  const id = `${requestId}:1`;
  return { type: 'run', id, agent, request_id: requestId, attempt: 1, input, time_limit_ms: 60_000 };
}

describe.skipIf(python === undefined)(`the Python package${because}`, () => {
  it('passes its own tests', { timeout: 180_000 }, async () => {
    const words = ['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'];
    const { stderr } = await execute(python!, words, { cwd: PYTHON_FOLDER }).catch((error: unknown) => {
      throw new Error((error as { stderr: string }).stderr);
    });

    expect(stderr).toMatch(/Ran \d+ tests in [\s\S]*\nOK/);
  });

  it('finds the agents that the project ships', async () => {
    const words = ['-m', 'agent_platform.registry', 'agents'];
    const { stdout } = await execute(python!, words, { cwd: PYTHON_FOLDER });
    const { sources } = JSON.parse(stdout) as { sources: { target: string; command: string[] }[] };

    const target = join(PYTHON_FOLDER, 'agents/inventory_report');
    expect(sources).toContainEqual({ target, command: workerOf(target) });
  });
});

describe.skipIf(python === undefined)(`a Python worker, from Node${because}`, () => {
  let child: PythonChild;

  afterEach(async () => await child.close());

  it('declares and runs an agent written as ever', async () => {
    child = new PythonChild(workerOf(join(PYTHON_FOLDER, 'agents/inventory_report')));
    const hello = await child.next('hello');
    child.send(run('inventory_report'));

    const { metrics } = await child.next('result');

    expect(hello).toMatchObject({
      protocol: 1,
      agents: [{ name: 'inventory_report', schedules: [{ cron: '17 * * * *', timeZone: 'UTC' }] }],
    });
    expect(metrics).toMatchObject({ longest_file: expect.any(String) });
    expect(metrics['files_typescript']).toBeGreaterThan(100);
  });

  it('says nothing but messages, whatever its agents print', async () => {
    child = new PythonChild(workerOf(FIXTURES));
    child.send(run('printer'), run('thread_printer'), run('talker'), run('forker'), run('mi_agente'));

    for (let runs = 0; runs < 5; runs += 1) {
      await child.next('result');
    }

    expect(child.wrongLines).toEqual([]);
    expect(child.messages.filter(({ type }) => type === 'error')).toEqual([]);
  });

  it('keeps line separators of other alphabets inside a line', async () => {
    child = new PythonChild(workerOf(FIXTURES));
    child.send(run('returner', { value: 'unicode' }));

    expect((await child.next('result')).metrics).toEqual({ texto: 'ñ 😀 \u2028 fin' });
  });

  it('answers a ping and ends a run that is cancelled', async () => {
    child = new PythonChild(workerOf(FIXTURES));
    child.send(run('waiter'));
    await child.next('log');
    child.send({ type: 'ping', n: 3 }, { type: 'cancel', id: 'spec:1', reason: 'cancelled' });

    expect(await child.next('pong')).toEqual({ type: 'pong', n: 3 });
    expect(await child.next('error')).toMatchObject({ error_type: 'Cancelled', id: 'spec:1' });
  });

  it('starts a run in a warm worker within milliseconds', async () => {
    child = new PythonChild(workerOf(FIXTURES));
    await child.next('hello');
    const startedAt = performance.now();
    for (let runs = 0; runs < 200; runs += 1) {
      child.send(run('mi_agente', {}, `warm${runs}`));
      await child.next('result');
    }

    expect((performance.now() - startedAt) / 200).toBeLessThan(10);
  });
});

const reachesRegistry =
  python !== undefined &&
  spawnSync(python, [...QUICK_PIP, 'index', 'versions', 'langgraph'], { timeout: 60_000 }).status === 0;
const unreachable = reachesRegistry ? '' : ' (skipped: pip can not reach the package registry)';

describe.skipIf(!reachesRegistry)(`the LangGraph agent${unreachable}`, () => {
  let folder: string;
  let agents: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'python-agents-')));
    agents = join(folder, 'agents');
    await cp(join(PYTHON_FOLDER, 'agents/langgraph_triage'), join(agents, 'langgraph_triage'), {
      recursive: true,
      filter: isNoProduct,
    });
    await execute(python!, [join(PYTHON_FOLDER, 'install.py'), '--agents', agents]);
  }, INSTALL_MS);

  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it('is installed into its own environment and runs its graph there', async () => {
    const words = ['-m', 'agent_platform.registry', agents];
    const { stdout } = await execute(python!, words, { cwd: PYTHON_FOLDER });
    const { sources, problems } = JSON.parse(stdout) as {
      sources: { command: string[] }[];
      problems: string[];
    };
    const child = new PythonChild(sources[0]?.command ?? []);
    child.send(
      run('langgraph_triage', { messages: ['The site is down', 'How do I pay?', 'Win a free cruise'] }),
    );

    const { metrics, result } = await child.next('result');
    await child.close();

    expect(problems).toEqual([]);
    expect(sources[0]?.command[0]).toBe(join(agents, 'langgraph_triage/.venv/bin/python'));
    expect(metrics).toEqual({ tickets: 3, escalated: 1, answered: 1, archived: 1 });
    expect(result).toMatchObject({
      tickets: [{ action: 'escalated' }, { action: 'answered' }, { action: 'archived' }],
    });
    expect(child.messages.filter(({ type }) => type === 'usage')).toHaveLength(3);
  }, 60_000);
});
