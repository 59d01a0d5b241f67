import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * When the process started, as text that differs for a later process with the same id; undefined when no such process runs.
 * A zombie does not run.
 */
export function processIdentity(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) {
    return ask(pid, 'stat=')?.startsWith('Z') ? undefined : ask(pid, 'lstart=');
  }
  const stat = read(`/proc/${pid}/stat`);
  // The command name stands in parentheses and may hold spaces: fields are counted from the last parenthesis.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state] = fields;
  return state === undefined || state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** The command line of a process with its arguments, undefined when no such process runs. */
export function processCommand(pid: number): string | undefined {
  if (!existsSync('/proc/self/cmdline')) {
    return ask(pid, 'command=');
  }
  return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** For systems without /proc. */
function ask(pid: number, column: string): string | undefined {
  try {
    const answer = execFileSync('ps', ['-p', String(pid), '-o', column], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.trim() || undefined;
  } catch {
    return undefined;
  }
}
