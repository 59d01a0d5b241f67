import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { IsolatedAgent } from '../../libs/running/src/children/pools/isolated-agent.js';
import { ChildBench } from './child-bench.js';
import { RecordedRun } from './recorded-run.js';

const WORKER = fileURLToPath(new URL('../../python/run_worker.py', import.meta.url));

const AGENT = `
import ctypes, os, time
from agent_platform import BaseAgent, NonRetryable

class Careless(BaseAgent):
    name = "careless"
    description = "Does what its input says"

    def run(self):
        how = self.context.input["how"]
        if how == "loop":
            while True:
                pass
        if how == "exit":
            os._exit(3)
        if how == "segfault":
            ctypes.string_at(0)
        if how == "allocate":
            hoard = []
            while True:
                hoard.append(b"x" * 8_000_000)
                time.sleep(0.01)
        if how == "text":
            return "not a dict"
        if how == "raise":
            raise ValueError("no such shop")
        if how == "give up":
            raise NonRetryable("it will never work")
        print("a stray print")
        self.context.progress(30, "a third")
        self.context.metric("pid", os.getpid())
        return {"done": 1}
`;

describe('Python agents', () => {
  let bench: ChildBench;
  let directory: string;
  let agent: IsolatedAgent;
  const run = async (how: string, recorded = new RecordedRun({ how })) => await bench.run(agent, recorded);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'python-children-'));
    await writeFile(join(directory, 'agent.py'), AGENT);
    bench = new ChildBench();
    agent = bench.command(['python3', WORKER, join(directory, 'agent.py')], {
      name: 'careless',
      isolation: 'python',
      memoryLimitMb: 128,
    });
  });
  afterAll(async () => {
    await bench.close();
    await rm(directory, { recursive: true });
  });

  it('runs in a warm child, which reports how the work goes', async () => {
    const first = new RecordedRun({ how: 'well' });
    const second = new RecordedRun({ how: 'well' });

    expect(await run('well', first)).toMatchObject({ kind: 'returned', metrics: { done: 1 } });
    await run('well', second);

    expect(first.progress).toContainEqual({ percent: 30, message: 'a third' });
    expect(first.text).toContain('info a stray print');
    expect(second.metrics['pid']).toBe(first.metrics['pid']);
  });

  it.each([
    ['exit', 'crash', 'exit code 3'],
    ['segfault', 'crash', 'SIGSEGV'],
    ['allocate', 'memory', '128 MiB'],
    ['text', 'error', ''],
    ['raise', 'error', 'ValueError: no such shop'],
    ['give up', 'error', 'it will never work'],
  ])('costs one attempt, and good runs beside it succeed: %s', async (how, reason, text) => {
    const [bad, ...good] = await Promise.all([run(how), ...Array.from({ length: 10 }, () => run('well'))]);

    expect(bad).toMatchObject({ kind: 'failed', reason });
    expect(bad).toHaveProperty('error', expect.stringContaining(text));
    expect(good.map(({ kind }) => kind)).toEqual(Array(10).fill('returned'));
  });

  it('is killed at its hard limit when it loops', async () => {
    const recorded = new RecordedRun({ how: 'loop' });
    const outcome = run('loop', recorded);
    await vi.waitFor(() => expect(bench.pools.of(agent).pids).not.toEqual([]));
    recorded.limit(200);

    expect(await outcome).toMatchObject({ kind: 'failed', reason: 'killed' });
  });
});
