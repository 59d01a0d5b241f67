import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessGroups } from './contestant.js';

/** `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux. */
const TICK_MICROSECONDS = 10_000;
/** Fields of `/proc/<pid>/stat` behind the name, which is the second. */
const [PARENT, USER_TICKS, SYSTEM_TICKS, WAITED_USER_TICKS, WAITED_SYSTEM_TICKS] = [1, 11, 12, 13, 14];

/** Microseconds of processor time that each group of processes has taken so far, with all that they started. */
export function processorTimes(groups: ProcessGroups): Record<string, number> {
  return overGroups(groups, (pid) => {
    const fields = statOf(pid);
    const ticks = [USER_TICKS, SYSTEM_TICKS, WAITED_USER_TICKS, WAITED_SYSTEM_TICKS].map((index) =>
      Number(fields[index] ?? 0),
    );
    return ticks.reduce((sum, each) => sum + each, 0) * TICK_MICROSECONDS;
  });
}

/** Bytes of memory of each group; what processes share is divided among them (PSS). */
export function memoryBytes(groups: ProcessGroups): Record<string, number> {
  return overGroups(groups, (pid) => {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(contentOf(`/proc/${pid}/smaps_rollup`))?.[1];
    return Number(kilobytes ?? 0) * 1_024;
  });
}

/** Raises each figure of `most` to that of now, where that is higher. */
export function keepMost(most: Record<string, number>, now: Readonly<Record<string, number>>): void {
  for (const [group, bytes] of Object.entries(now)) {
    most[group] = Math.max(most[group] ?? 0, bytes);
  }
}

function overGroups(groups: ProcessGroups, measure: (pid: number) => number): Record<string, number> {
  const children = childrenByParent();
  const entries = Object.entries(groups).map(([name, pids]) => {
    const all = pids.flatMap((pid) => withDescendants(pid, children));
    return [name, all.reduce((sum, pid) => sum + measure(pid), 0)] as const;
  });
  return Object.fromEntries(entries);
}

function withDescendants(pid: number, children: ReadonlyMap<number, readonly number[]>): number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => withDescendants(child, children))];
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const parent = Number(statOf(pid)[PARENT] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function statOf(pid: number): string[] {
  const stat = contentOf(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Empty when the process is gone. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
