import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new temporary directory for servers. As root, Postgres runs as another user, which must be able to enter. */
export async function createServerDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'agent-platform-'));
  await chmod(directory, 0o755);
  return directory;
}

/** Call it after the servers have stopped. */
export async function removeServerDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
