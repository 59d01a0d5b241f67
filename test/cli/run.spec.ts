import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pythonFolder } from '../python/python-folder.js';
import { findPython } from '../python/python-interpreter.js';
import { processTable } from '../servers/process-table.js';
import { CliProcess } from './cli-process.js';

const python = findPython();
const because = python === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';
const STOPS = [
  { id: 'Barcelona', lat: 41.39, lon: 2.17 },
  { id: 'Valencia', lat: 39.47, lon: -0.38 },
];

const AGENT = `
import os, time
from agent_platform import BaseAgent, NonRetryable, Output

class Versatile(BaseAgent):
    name = "versatile"
    retry_delay_seconds = 0.02
    kill_grace_seconds = 60

    def run(self):
        context = self.context
        how = context.input.get("how")
        if how == "fail":
            runs = (context.cache.get("runs") or 0) + 1
            context.cache.put("runs", runs)
            raise ValueError(f"run {runs} fails on purpose")
        if how == "give up":
            raise NonRetryable("it will never work")
        if how in ("wait", "stubborn"):
            context.log.info(f"pid {os.getpid()}")
            while how == "stubborn" or not context.cancelled:
                time.sleep(0.01)
            context.check_cancelled()
        print("a stray print")
        for percent in range(0, 101):
            context.progress(percent, "on the way")
        context.metric("halfway", True)
        return Output({"rows": 3, "city": "Málaga"}, result={"attempt": context.attempt})
`;

describe('agent-platform run', () => {
  it('runs an inline agent without NATS and Postgres, and prints its metrics', async () => {
    const cli = CliProcess.spawn(['run', 'machine_health'], tmpdir());

    expect(await cli.ended()).toBe(0);
    expect(cli.output).toMatch(/^machine_health succeeded \(\d+\.\d+ s\)\n\nMETRIC +VALUE\n/);
    expect(cli.output).toMatch(/^cpu_count +\d+$/m);
    expect(cli.messages).toBe('');
  });

  it('runs an agent in a child process, and tells its progress line by line', async () => {
    const input = JSON.stringify({ depot: { lat: 40.42, lon: -3.7 }, stops: STOPS, iterations: 200 });
    const cli = CliProcess.spawn(['run', 'route_optimizer', '--input', input, '--json'], tmpdir());

    expect(await cli.ended()).toBe(0);
    expect(JSON.parse(cli.output)).toMatchObject({
      agent: 'route_optimizer',
      status: 'success',
      attempts: 1,
      error: null,
      result: { routes: expect.anything() },
    });
    expect(cli.messages).toMatch(/^100 %/m);
  });

  it('names the agents that there are', async () => {
    const cli = CliProcess.spawn(['run', 'nobody'], tmpdir());

    expect(await cli.ended()).toBe(2);
    expect(cli.messages).toMatch(/There is no agent nobody\. There are:\n(?: {2}\w+\n)* {2}machine_health\n/);
    expect(cli.output).toBe('');
  });

  it.each([
    ['{"stops": []}', 'depot must be'],
    ['{"depot": {"lat": 1, "lon": 1}, "stops": [], "colour": "red"}', 'colour is not a known field'],
    ['[1]', '--input must be a JSON object'],
    ['{', '--input is not JSON'],
  ])('refuses the input %s', async (input, problem) => {
    const cli = CliProcess.spawn(['run', 'route_optimizer', '--input', input], tmpdir());

    expect(await cli.ended()).toBe(2);
    expect(cli.messages).toContain(problem);
  });

  it.each([
    [['run'], "missing required argument 'agent'"],
    [['run', 'machine_health', '--attempt-limit', '0'], 'It must be a whole number from 1'],
    [['fly'], "unknown command 'fly'"],
  ])('refuses %j', async (words, problem) => {
    const cli = CliProcess.spawn(words);

    expect(await cli.ended()).toBe(2);
    expect(cli.messages).toContain(problem);
  });
});

describe('agent-platform agents list --local', () => {
  it('lists them through npx, as the README says', async () => {
    const { stdout } = await promisify(execFile)('npx', ['agent-platform', 'agents', 'list', '--local'], {
      env: { ...process.env, EXECUTOR_PYTHON_DIR: tmpdir() },
    });

    expect(stdout).toMatch(/^AGENT +ISOLATION +SCHEDULES +DESCRIPTION\n/);
    expect(stdout).toMatch(/^route_optimizer +process +- +\w/m);
    expect(stdout).toMatch(/^earthquakes +inline +\*\/15 \* \* \* \* \* UTC +\w/m);
  });

  it('prints declarations as JSON', async () => {
    const cli = CliProcess.spawn(['agents', '--local', '--json'], tmpdir());

    expect(await cli.ended()).toBe(0);
    expect(JSON.parse(cli.output)).toContainEqual(
      expect.objectContaining({ name: 'machine_health', isolation: 'inline', attemptLimit: 3 }),
    );
  });
});

describe.skipIf(python === undefined)(`agent-platform run, with a Python agent${because}`, () => {
  let directory: string;
  let pythonDir: string;
  const run = (how: string, ...words: string[]): CliProcess =>
    CliProcess.spawn(['run', 'versatile', '--input', JSON.stringify({ how }), ...words], pythonDir);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-'));
    pythonDir = await pythonFolder(directory, { versatile: AGENT });
  });

  afterAll(async () => await rm(directory, { recursive: true }));

  it('prints progress, log, metrics and result', async () => {
    const cli = run('well');

    expect(await cli.ended()).toBe(0);
    expect(cli.output).toMatch(/^halfway +true\nrows +3\ncity +Málaga\n\nRESULT\n\{\n {2}"attempt": 1\n\}$/m);
    expect(cli.messages).toContain('info  a stray print\n');
    expect(cli.messages).toContain('100 % on the way\n');
    expect(cli.messages.match(/ % /g)!.length).toBeLessThan(10);
  });

  it('tries once, and says why it failed', async () => {
    const cli = run('fail', '--json');

    expect(await cli.ended()).toBe(1);
    expect(JSON.parse(cli.output)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { reason: 'error', message: 'ValueError: run 1 fails on purpose' },
    });
    expect(cli.messages).toContain('Traceback');
  });

  it('tries as often as it is told, with one cache for all attempts', async () => {
    const cli = run('fail', '--attempt-limit', '3');

    expect(await cli.ended()).toBe(1);
    expect(cli.output).toMatch(/failed \(.* s, attempt 3\): ValueError: run 3 fails on purpose/);
    expect(cli.messages).toMatch(/Attempt 2 failed, the next one is in \d+ ms/);
  });

  it('tries no more when the agent says that it would not help', async () => {
    const cli = run('give up', '--attempt-limit', '3', '--json');

    expect(await cli.ended()).toBe(1);
    expect(JSON.parse(cli.output)).toMatchObject({ attempts: 1 });
  });

  it('cancels at Ctrl-C', async () => {
    const cli = run('wait', '--attempt-limit', '3', '--json');
    await cli.said('pid');
    cli.signal('SIGINT');

    expect(await cli.ended()).toBe(1);
    expect(JSON.parse(cli.output)).toMatchObject({
      status: 'cancelled',
      attempts: 1,
      error: { reason: 'cancelled', message: 'Cancelled by SIGINT' },
    });
  });

  it('kills what does not obey at the second Ctrl-C', async () => {
    const cli = run('stubborn');
    await cli.said('pid');
    const pid = Number(/pid (\d+)/.exec(cli.messages)![1]);
    cli.signal('SIGINT');
    await cli.said('Cancelling');
    cli.signal('SIGINT');

    expect(await cli.ended()).toBe(1);
    await vi.waitFor(() => expect(processTable().map((each) => each.pid)).not.toContain(pid), {
      timeout: 2_000,
    });
  });
});
