import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, NonRetryableError, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

const MISDEEDS = {
  loop: () => {
    for (;;);
  },
  ignoreSignal: async () => await setTimeout(60_000, {}),
  allocate: async () => {
    const hoard: Buffer[] = [];
    for (;;) {
      hoard.push(Buffer.alloc(8 * 1_048_576, 1));
      await setTimeout(10);
    }
  },
  fillHeap: () => {
    const hoard: string[][] = [];
    for (;;) {
      hoard.push(Array.from({ length: 10_000 }, (_, index) => `${index}:${hoard.length}`));
    }
  },
  exit: () => {
    console.error('about to leave');
    return process.exit(3);
  },
  segfault: async () => {
    process.kill(process.pid, 'SIGSEGV');
    return await setTimeout(60_000, {});
  },
  rejectLater: async () => {
    void Promise.reject(new Error('nobody waits for me'));
    return await setTimeout(60_000, {});
  },
  throw: () => {
    throw new TypeError('that is no number');
  },
  giveUp: () => {
    throw new NonRetryableError('it will never work');
  },
  returnText: () => 'not an object' as never,
  returnFunction: () => ({ ok: (() => 1) as never }),
  leaveChildBehind: async () => {
    spawn('sleep', ['300'], { stdio: 'ignore' });
    return await setTimeout(60_000, {});
  },
} satisfies Record<string, () => MetricValues | Promise<MetricValues>>;

/** Does what no agent should: the one that its input names as `how`. */
@Agent({ name: 'misbehaving', description: 'Misbehaves', isolation: 'process', memoryLimitMb: 256 })
export class MisbehavingAgent extends BaseAgent {
  run({ input }: RunContext): MetricValues | Promise<MetricValues> {
    return MISDEEDS[input['how'] as keyof typeof MISDEEDS]();
  }
}
