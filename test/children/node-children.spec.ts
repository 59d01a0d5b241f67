import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRunning, processTable } from '../servers/process-table.js';
import { ChildBench } from './child-bench.js';
import { RecordedRun } from './recorded-run.js';

describe('Nest agents in child processes', () => {
  let bench: ChildBench;

  beforeAll(() => {
    bench = new ChildBench();
  });
  afterAll(async () => await bench.close());

  const misbehave = async (how: string, run = new RecordedRun({ how })) =>
    await bench.run(bench.nestAgent('misbehaving'), run);
  const tenGoodRuns = async () =>
    await Promise.all(
      Array.from({ length: 10 }, async () => await bench.run(bench.nestAgent('diligent'), new RecordedRun())),
    );
  /** How a bad run ended, once ten good ones beside it have succeeded. */
  const besideGoodRuns = async (how: string, run = new RecordedRun({ how })) => {
    const [bad, good] = await Promise.all([misbehave(how, run), tenGoodRuns()]);
    expect(good.map(({ kind }) => kind)).toEqual(Array(10).fill('returned'));
    return bad;
  };

  it('returns metrics and reports how the work goes', async () => {
    const run = new RecordedRun({ compute_ms: 350 });

    const outcome = await bench.run(bench.nestAgent('diligent'), run);

    expect(outcome).toMatchObject({ kind: 'returned', metrics: { turns: expect.any(Number) } });
    expect(run.metrics).toEqual({ pid: expect.any(Number) });
    expect(run.progress.at(-1)).toEqual({ percent: 100, message: 'done' });
    expect(run.progress.length).toBeGreaterThan(2);
    expect(run.progress.length).toBeLessThan(10);
  });

  it('hears of progress while the agent computes', async () => {
    const run = new RecordedRun({ compute_ms: 5_000 });
    const outcome = bench.run(bench.nestAgent('diligent'), run);

    await vi.waitFor(() => expect(run.progress.length).toBeGreaterThan(1), { timeout: 3_000 });
    run.interrupt('cancelled');

    expect(await outcome).toMatchObject({ kind: 'interrupted', interruption: { reason: 'cancelled' } });
  });

  it('stops a computing agent that looks at its signal, and keeps its child', async () => {
    const run = new RecordedRun({ compute_ms: 20_000 });
    const outcome = bench.run(bench.nestAgent('diligent'), run);
    await vi.waitFor(() => expect(run.progress).not.toHaveLength(0));
    const cancelledAt = performance.now();
    const pids = bench.pools.of(bench.nestAgent('diligent')).pids;

    run.interrupt('cancelled');
    await outcome;

    expect(performance.now() - cancelledAt).toBeLessThan(500);
    expect(bench.pools.of(bench.nestAgent('diligent')).pids).toEqual(pids);
  });

  it('kills an agent that loops forever, at its hard limit', async () => {
    const outcome = await besideGoodRuns('loop', new RecordedRun({ how: 'loop' }).limit(300));

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'killed', isRetryable: true });
    expect(outcome).toHaveProperty('error', expect.stringContaining('was killed'));
  });

  it('kills an agent that ignores its signal; a cancelled run stays cancelled', async () => {
    const run = new RecordedRun({ how: 'ignoreSignal' });
    const outcome = misbehave('ignoreSignal', run);
    run.interrupt('cancelled');

    expect(await outcome).toMatchObject({ kind: 'interrupted', interruption: { reason: 'cancelled' } });
  });

  it('hands a run back that does not end when the executor stops', async () => {
    const run = new RecordedRun({ how: 'loop' });
    const outcome = misbehave('loop', run);
    run.interrupt('drain');

    expect(await outcome).toMatchObject({ kind: 'interrupted', interruption: { reason: 'drain' } });
  });

  it.each([
    ['outside of the heap', 'allocate'],
    ['in the heap', 'fillHeap'],
  ])('ends an agent that allocates without end %s', async (_where, how) => {
    expect(await besideGoodRuns(how)).toMatchObject({ kind: 'failed', reason: 'memory' });
  });

  it.each([
    ['exit', 'exit code 3', 'about to leave'],
    ['segfault', 'SIGSEGV', ''],
    ['rejectLater', 'exit code 1', 'nobody waits for me'],
  ])('survives a child that ends: %s', async (how, ending, words) => {
    const outcome = await besideGoodRuns(how);

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crash', isRetryable: true });
    expect(outcome).toHaveProperty('error', expect.stringContaining(ending));
    expect(outcome).toHaveProperty('error', expect.stringContaining(words));
  });

  it.each([
    ['throw', 'TypeError: that is no number', true],
    ['giveUp', 'NonRetryableError: it will never work', false],
    ['returnText', 'metrics must be an object', false],
    ['returnFunction', 'metric "ok" must be', false],
  ])('tells what an agent did wrong: %s', async (how, error, isRetryable) => {
    const outcome = await besideGoodRuns(how);

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'error', isRetryable });
    expect(outcome).toHaveProperty('error', expect.stringContaining(error));
  });

  it('refuses an input that is not what the agent takes', async () => {
    const outcome = await bench.run(bench.nestAgent('diligent'), new RecordedRun({ compute_ms: 'long' }));

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'error', isRetryable: false });
    expect(outcome).toHaveProperty('error', expect.stringContaining('compute_ms'));
  });

  it('takes prints for log lines, whatever they are', async () => {
    const run = new RecordedRun();

    const outcome = await bench.run(bench.nestAgent('talkative'), run);

    expect(outcome).toMatchObject({ kind: 'returned', metrics: { lines: 7 } });
    expect(run.text).toContain('info a stray print');
    expect(run.text).toContain('warn a stray error');
    expect(run.text).toContain('warn a line of a logger');
    expect(run.text).toContain('info a line of the log');
    expect(run.text).toContain('info {"type":"result","id":"forged","metrics":{}}');
    expect(run.lines.map(({ message }) => message)).toContain('no newline at the end');
    expect(Math.max(...run.lines.map(({ message }) => message.length))).toBeLessThan(8_200);
  });

  it('shows children only what they are allowed of the environment', async () => {
    vi.stubEnv('NATS_URL', 'nats://user:secret@localhost');
    vi.stubEnv('DATABASE_URL', 'postgres://user:secret@localhost');
    vi.stubEnv('LC_ALL', 'C');
    const careful = new ChildBench();

    const outcome = await careful.run(careful.nestAgent('talkative'));
    await careful.close();
    vi.unstubAllEnvs();

    const { environment } = (outcome as unknown as { result: { environment: string[] } }).result;
    expect(environment).toContain('PATH');
    expect(environment).toContain('LC_ALL');
    expect(environment.filter((name) => !/^(PATH|LANG|TZ|HOME|TMPDIR|LC_.*)$/.test(name))).toEqual([]);
  });

  it('lends the cache of the executor, and reports usage', async () => {
    const run = new RecordedRun();
    run.cache.set('runs', 4);

    const outcome = await bench.run(bench.nestAgent('remembering'), run);

    expect(outcome).toMatchObject({ kind: 'returned', metrics: { before: 4, refused: 'the cache is away' } });
    expect(run.cache.get('runs')).toBe(5);
    expect(run.usage).toEqual([{ model: 'small', input_tokens: 10, output_tokens: 3, cost_usd: 0.5 }]);
  });

  it('leaves nothing behind that an agent has started', async () => {
    const run = new RecordedRun({ how: 'leaveChildBehind' });
    const agent = bench.nestAgent('misbehaving', { memoryLimitMb: 255 });
    const outcome = bench.run(agent, run);
    await vi.waitFor(() => expect(bench.pools.of(agent).pids).toHaveLength(1));
    const [pid = 0] = bench.pools.of(agent).pids;
    await vi.waitFor(() => expect(groupMembers(pid)).toHaveLength(2), { timeout: 5_000 });
    run.interrupt('timeout');

    expect(await outcome).toMatchObject({ reason: 'killed' });
    expect(groupMembers(pid)).toEqual([]);
  });

  it('replaces a child after its runs, and when it dies', async () => {
    const careful = new ChildBench({ runsPerChild: 3, maxChildren: 1 });
    const agent = careful.nestAgent('diligent');
    const pids = [];
    for (let runs = 0; runs < 6; runs += 1) {
      const run = new RecordedRun();
      await careful.run(agent, run);
      pids.push(run.metrics['pid']);
    }
    await careful.run(careful.nestAgent('misbehaving'), new RecordedRun({ how: 'exit' }));
    const last = new RecordedRun();
    await careful.run(agent, last);
    const replaced = careful.pools.of(agent).pids;
    await careful.close();

    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(new Set(pids.slice(3)).size).toBe(1);
    expect(new Set([...pids, last.metrics['pid']]).size).toBe(3);
    expect(replaced).toEqual([last.metrics['pid']]);
    expect(replaced.filter(isRunning)).toEqual([]);
  });

  it('replaces an idle child that does not answer', async () => {
    const careful = new ChildBench({ answerMs: 500 });
    const agent = careful.nestAgent('diligent');
    const run = new RecordedRun();
    await careful.run(agent, run);
    const pid = Number(run.metrics['pid']);
    const pool = careful.pools.of(agent);

    process.kill(pid, 'SIGSTOP');
    // A busy machine stops a process a moment later, which may be just enough for one answer.
    const asking = setInterval(() => pool.upkeep(), 200);
    await vi.waitFor(() => expect(pool.pids).not.toEqual([pid]), { timeout: 5_000 });
    clearInterval(asking);
    const replaced = pool.pids;
    await careful.close();

    expect(replaced).toHaveLength(1);
    expect(isRunning(pid)).toBe(false);
  });

  it('closes children that have nothing to do', async () => {
    const careful = new ChildBench({ idleMs: 0 });
    const agent = careful.nestAgent('diligent');
    const run = new RecordedRun();
    await careful.run(agent, run);
    careful.pools.of(agent).upkeep();

    await vi.waitFor(() => expect(isRunning(Number(run.metrics['pid']))).toBe(false));
    expect(careful.pools.of(agent).pids).toEqual([]);
    await careful.close();
  });

  it('says why a child can not start', async () => {
    const careful = new ChildBench({ catalogue: { url: 'file:///nowhere.js', name: 'None' } });

    const outcome = await careful.run(careful.nestAgent('diligent'));
    await careful.close();

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crash' });
    expect(outcome).toHaveProperty('error', expect.stringContaining('nowhere.js'));
  });
});

function groupMembers(group: number): number[] {
  return processTable()
    .filter((row) => row.group === group)
    .map(({ pid }) => pid);
}
