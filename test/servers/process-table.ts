import { execFileSync } from 'node:child_process';

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
}

/** All processes of the machine, `ps` itself among them. */
export function processTable(): ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => !columns[3]?.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }));
}

export function isRunning(pid: number): boolean {
  return processTable().some((row) => row.pid === pid);
}
