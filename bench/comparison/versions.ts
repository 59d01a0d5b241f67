import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CELERY_FOLDER, PEERS_FOLDER } from './peer-files.js';

const PYTHON_PACKAGES = ['celery', 'fastapi', 'uvicorn', 'SQLAlchemy', 'asyncpg', 'pydantic'];
const run = promisify(execFile);

/** What the peers are made of: `bullmq 6.7.0`, and so on. */
export async function peerVersions(): Promise<string[]> {
  return [...(await npmVersions()), ...(await pythonVersions()), await redisVersion()];
}

async function npmVersions(): Promise<string[]> {
  const text = await readFile(join(PEERS_FOLDER, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
}

async function pythonVersions(): Promise<string[]> {
  const lines = (await readFile(join(CELERY_FOLDER, 'requirements.txt'), 'utf8')).split('\n');
  return PYTHON_PACKAGES.flatMap((name) => {
    const version = lines.find((line) => line.startsWith(`${name}==`))?.split('==')[1];
    return version === undefined ? [] : [`${name} ${version}`];
  });
}

async function redisVersion(): Promise<string> {
  const { stdout } = await run('redis-server', ['--version']).catch(() => ({ stdout: '' }));
  return `Redis ${/v=(\S+)/.exec(stdout)?.[1] ?? 'missing'}`;
}
