import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

const SAMPLE_MS = 3_000;

/** Share of the machine's processor time, 0 to 1, that all programs together take in the next seconds. */
export async function coresInUse(): Promise<number> {
  const before = spent();
  await setTimeout(SAMPLE_MS);
  const after = spent();
  return (after.busy - before.busy) / (after.all - before.all);
}

function spent(): { busy: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.flatMap((each) => Object.values(each)).reduce((sum, each) => sum + each, 0);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  return { busy: all - idle, all };
}
