import { spawnSync } from 'node:child_process';

let prefix: readonly string[] | undefined;

/**
 * What a command has to begin with so that the kernel kills it together with its parent; empty where the system has no
 * such thing. Not all programs called setpriv can do it, so it is tried once.
 */
export function deathSignalPrefix(): readonly string[] {
  return (prefix ??= find());
}

function find(): readonly string[] {
  if (process.platform !== 'linux') {
    return [];
  }
  const words = ['setpriv', '--pdeathsig', 'KILL', '--'];
  const { status } = spawnSync('setpriv', [...words.slice(1), 'true'], { stdio: 'ignore' });
  return status === 0 ? words : [];
}
