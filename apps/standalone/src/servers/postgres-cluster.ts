import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresAccount } from './postgres-account.js';

const run = promisify(execFile);

export interface PostgresClusterOptions {
  dataDir: string;
  /** The password of the superuser `postgres`. */
  password: string;
  /** false: the files are not synced to disk, which is faster and enough for tests. */
  durable: boolean;
  initdb: string;
  account: PostgresAccount;
}

/**
 * Creates the data directory unless it holds a cluster already. UTF-8 in a locale that is the same on every system.
 * @throws Error with the output of initdb when that fails
 */
export async function createPostgresCluster(options: PostgresClusterOptions): Promise<void> {
  const { dataDir, account } = options;
  if (await exists(join(dataDir, 'PG_VERSION'))) {
    return;
  }
  // Made beside its place and renamed into it: a kill -9 never leaves half a cluster where the next start would trust it.
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  try {
    if (account.owner) {
      await chown(draft, account.owner.uid, account.owner.gid);
      await chown(passwordFile, account.owner.uid, account.owner.gid);
    }
    await initialise(options, draft, passwordFile);
    await rename(draft, dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function initialise(
  options: PostgresClusterOptions,
  directory: string,
  passwordFile: string,
): Promise<void> {
  const { command, args, account } = options.account.command(options.initdb, [
    `--pgdata=${directory}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--set=timezone=UTC',
    '--set=log_timezone=UTC',
    ...(options.durable ? [] : ['--no-sync']),
  ]);
  try {
    await run(command, args, { ...account, cwd: '/', env: { LC_ALL: 'C' } });
  } catch (error) {
    throw new Error(
      `Postgres could not create ${options.dataDir}:\n${(error as { stderr?: string }).stderr ?? ''}`,
      { cause: error },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
