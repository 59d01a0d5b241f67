import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PEERS_FOLDER } from './peer-files.js';

const SCRIPT = join(PEERS_FOLDER, 'post-reports.lua');
/** Longer than any answer takes on a busy machine. */
const TIMEOUT = '60s';
const MICROSECONDS = 1_000_000;
const run = promisify(execFile);

/** What wrk has counted. Latencies are microseconds. */
export interface WrkFigures {
  readonly requests: number;
  readonly seconds: number;
  /** Answers that were no success. */
  readonly refused: number;
  /** Requests without an answer. */
  readonly lost: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Posts reports as fast as they are answered, on connections that are kept.
 * @throws Error when wrk is missing
 */
export async function postReports(url: string, connections: number, seconds: number): Promise<WrkFigures> {
  const counts = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', TIMEOUT];
  const { stdout } = await run('wrk', [...counts, '--latency', '-s', SCRIPT, url]).catch((cause: unknown) => {
    throw new Error('wrk could not be run; `npm run bench:peers-install` installs it', { cause });
  });
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { microseconds, ...figures } = JSON.parse(line) as WrkFigures & { microseconds: number };
  return { ...figures, seconds: microseconds / MICROSECONDS };
}
