import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { processTable } from '../servers/process-table.js';
import { ChildBench } from './child-bench.js';
import { RecordedRun } from './recorded-run.js';

/** Counts the lines of its input's text. */
const PYTHON = `
import json, sys

def send(**message):
    print(json.dumps(message), flush=True)

run = json.loads(sys.stdin.readline())
try:
    send(type="progress", id=run["id"], percent=50, message="read")
    print("any other line is a log line")
    print("so is this one", file=sys.stderr)
    send(type="metric", id=run["id"], name="early", value=True)
    lines = run["input"]["text"].splitlines()
    send(type="result", id=run["id"], metrics={"lines": len(lines)}, result={"first": lines[0]})
except Exception as error:
    send(type="error", id=run["id"], error_type=type(error).__name__, message=str(error), retryable=False)
`;

/** The whole protocol that a shell needs. */
const SHELL = `
read -r run
id=$(printf %s "$run" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
answer() { printf '{"type":"result","id":"%s","metrics":{"%s":1}}\\n' "$id" "$1"; }
case $run in
  *'"how":"stop"'*) trap 'answer stopped; exit' TERM; echo waiting; sleep 60 & wait ;;
  *'"how":"deaf"'*) trap '' TERM; echo waiting; sleep 60; sleep 60 ;;
  *'"how":"malformed"'*) printf '{"type":"progress","id":"%s","percent":"half"}\\n' "$id"; sleep 60 ;;
  *'"how":"long"'*) printf '{"type":"result","id":"%s","metrics":{"x":"' "$id"; head -c 2000000 /dev/zero | tr '\\0' x; echo '"}}'; sleep 60 ;;
  *'"how":"garbage"'*) head -c 5000000 /dev/urandom; echo; echo '{"type":"unknown"}'; echo '{"type":'; echo '[]'; answer done ;;
  *'"how":"flood"'*) yes "a line that is said over and over" | head -n 300000; answer done ;;
  *'"how":"silent"'*) exit 0 ;;
  *'"how":"fail"'*) echo 'no such thing' >&2; exit 7 ;;
  *'"how":"other"'*) printf '{"type":"result","id":"other:1","metrics":{}}\\n'; answer done ;;
  *'"how":"linger"'*) answer done; sleep 60 ;;
  *) answer done ;;
esac
`;

describe('programs that speak the child protocol', () => {
  let bench: ChildBench;
  let directory: string;
  const program = (name: string): string[] => [join(directory, name)];
  const shell = async (how: string, run = new RecordedRun({ how })) =>
    await bench.run(bench.command(program('agent.sh')), run);

  beforeAll(async () => {
    bench = new ChildBench();
    directory = await mkdtemp(join(tmpdir(), 'command-children-'));
    await writeFile(join(directory, 'agent.sh'), `#!/bin/sh\n${SHELL}`);
    await writeFile(join(directory, 'agent.py'), PYTHON);
    await chmod(join(directory, 'agent.sh'), 0o755);
  });
  afterAll(async () => {
    await bench.close();
    await rm(directory, { recursive: true });
  });

  it('runs a Python program', async () => {
    const run = new RecordedRun({ text: 'one\ntwo' });

    const outcome = await bench.run(bench.command(['python3', ...program('agent.py')]), run);

    expect(outcome).toEqual({ kind: 'returned', metrics: { lines: 2 }, result: { first: 'one' } });
    expect(run.progress).toEqual([{ percent: 50, message: 'read' }]);
    expect(run.metrics).toEqual({ early: true });
    expect(run.lines).toContainEqual({ level: 'info', message: 'any other line is a log line' });
    expect(run.lines).toContainEqual({ level: 'warn', message: 'so is this one' });
  });

  it('keeps the error of a program, and whether another attempt can help', async () => {
    const outcome = await bench.run(bench.command(['python3', ...program('agent.py')]), new RecordedRun({}));

    expect(outcome).toEqual({
      kind: 'failed',
      reason: 'error',
      error: "KeyError: 'text'",
      isRetryable: false,
    });
  });

  it('runs a shell script', async () => {
    expect(await shell('well')).toEqual({ kind: 'returned', metrics: { done: 1 }, result: undefined });
  });

  it.each(['garbage', 'flood', 'other', 'linger'])('takes an answer for what it is: %s', async (how) => {
    expect(await shell(how)).toMatchObject({ kind: 'returned', metrics: { done: 1 } });
  });

  it.each([
    ['malformed', 'protocol', 'percent of a message of type progress must be a number from 0 to 100'],
    ['long', 'protocol', 'a message is longer than a line may be'],
    ['silent', 'crash', 'exit code 0'],
    ['fail', 'crash', 'exit code 7 before the run did. It last printed:\nno such thing'],
  ])('fails an attempt that ends without an answer: %s', async (how, reason, text) => {
    const outcome = await shell(how);

    expect(outcome).toMatchObject({ kind: 'failed', reason });
    expect(outcome).toHaveProperty('error', expect.stringContaining(text));
  });

  it('says when there is no such program', async () => {
    const outcome = await bench.run(bench.command(program('nothing')));

    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crash' });
    expect(outcome).toHaveProperty('error', expect.stringContaining('nothing'));
  });

  it('gives a program SIGTERM, and keeps what it answers when the executor stops', async () => {
    const run = new RecordedRun({ how: 'stop' });
    const outcome = shell('stop', run);
    await vi.waitFor(() => expect(run.text).toContain('waiting'));
    run.interrupt('drain');

    expect(await outcome).toMatchObject({ kind: 'returned', metrics: { stopped: 1 } });
  });

  it.each([
    ['cancelled', { kind: 'interrupted', interruption: { reason: 'cancelled' } }],
    ['timeout', { kind: 'failed', reason: 'killed' }],
    ['fenced', { kind: 'interrupted', interruption: { reason: 'fenced' } }],
  ] as const)('kills a program that ignores it, with all it has started: %s', async (reason, expected) => {
    const run = new RecordedRun({ how: 'deaf' });
    const agent = bench.command(program('agent.sh'));
    const outcome = bench.run(agent, run);
    await vi.waitFor(() => expect(run.text).toContain('waiting'));
    const groups = bench.pools.of(agent).pids;
    run.interrupt(reason);

    expect(await outcome).toMatchObject(expected);
    expect(processTable().filter(({ group }) => groups.includes(group))).toEqual([]);
  });
});
