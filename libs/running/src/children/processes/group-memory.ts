import { execFile } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { promisify } from 'node:util';

const PAGE_BYTES = 4_096;
const KIB = 1_024;
/** Positions in /proc/<pid>/stat, counted from behind the name of the program, which may hold anything. */
const GROUP_FIELD = 2;
const RESIDENT_FIELD = 21;

const buffer = Buffer.alloc(1_024);

/** Resident memory of every process group of the machine, in bytes. Pages that processes share count in each. */
export async function groupMemory(): Promise<Map<number, number>> {
  return process.platform === 'linux' ? fromProc() : await fromPs();
}

/** Synchronous: these files are made by the kernel as they are read, in microseconds. */
function fromProc(): Map<number, number> {
  const groups = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(entry) : undefined;
    if (stat !== undefined) {
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      add(groups, Number(fields[GROUP_FIELD]), Number(fields[RESIDENT_FIELD]) * PAGE_BYTES);
    }
  }
  return groups;
}

function statOf(pid: string): string | undefined {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // it has ended in between
  }
}

async function fromPs(): Promise<Map<number, number>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss='], {
    maxBuffer: 16 * KIB * KIB,
  });
  const groups = new Map<number, number>();
  for (const line of stdout.trim().split('\n')) {
    const [group, kib] = line.trim().split(/\s+/);
    add(groups, Number(group), Number(kib) * KIB);
  }
  return groups;
}

function add(groups: Map<number, number>, group: number, bytes: number): void {
  groups.set(group, (groups.get(group) ?? 0) + bytes);
}
