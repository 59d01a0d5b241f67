import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client, Pool } from 'pg';
import type { BenchServers } from './bench-servers.js';

const GIB = 1_073_741_824;
const SYNCS = 200;
const PAGE = Buffer.alloc(4_096, 1);
const run = promisify(execFile);

/** What the bench runs on. */
export interface Machine {
  readonly date: string;
  readonly hardware: string;
  readonly system: string;
  readonly versions: string;
  /** Milliseconds that a 4 KiB append takes to be synced in the folder of the servers, at the median. */
  readonly syncMs: number;
  readonly natsSyncsAlways: boolean;
}

export async function describeMachine(servers: BenchServers, database: Client | Pool): Promise<Machine> {
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
  const postgres = rows[0]?.server_version ?? 'unknown';
  const [major = 0, minor = 0] = servers.natsVersion.split('.').map(Number);
  const versions = [`Node ${process.versions.node}`, `nats-server ${servers.natsVersion}`];
  return {
    date: new Date().toISOString().slice(0, 10),
    hardware: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / GIB)} GiB`,
    system: `${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''}`.trim(),
    versions: [...versions, `Postgres ${postgres}`, await pythonVersion()].join(', '),
    syncMs: await medianSyncMs(servers.directory),
    natsSyncsAlways: major > 2 || (major === 2 && minor >= 10),
  };
}

async function pythonVersion(): Promise<string> {
  try {
    return (await run('python3', ['--version'])).stdout.trim();
  } catch {
    return 'no Python';
  }
}

async function medianSyncMs(directory: string): Promise<number> {
  const file = await open(join(directory, 'sync-probe'), 'a');
  const tookMs: number[] = [];
  while (tookMs.length < SYNCS) {
    const beganAt = performance.now();
    await file.write(PAGE);
    await file.datasync();
    tookMs.push(performance.now() - beganAt);
  }
  await file.close();
  return tookMs.toSorted((one, other) => one - other)[SYNCS / 2] ?? 0;
}
