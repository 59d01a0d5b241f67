import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, hostname, loadavg, totalmem, uptime } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { MetricValues } from '#contracts';
import { Agent } from '../../agent.decorator.js';
import { BaseAgent } from '../../base-agent.js';
import type { RunContext } from '../../context/run-context.js';

const DELAY_SAMPLES = 5;
const DELAY_SAMPLE_MS = 20;

@Agent({
  name: 'machine_health',
  description: 'Measures load, memory, disk and event loop of the machine that runs it',
  schedules: [{ cron: '*/10 * * * * *' }],
  timeLimitMs: 10_000,
})
export class MachineHealthAgent extends BaseAgent {
  async run({ signal }: RunContext): Promise<MetricValues> {
    const [load1m = 0, load5m = 0, load15m = 0] = loadavg();
    return {
      hostname: hostname(),
      uptime_seconds: Math.round(uptime()),
      cpu_count: availableParallelism(),
      load_1m: load1m,
      load_5m: load5m,
      load_15m: load15m,
      ...usage('memory', totalmem(), freemem()),
      ...(await diskUsage()),
      event_loop_delay_ms: await eventLoopDelayMs(signal),
    };
  }
}

/** Of the file system that holds the working folder. */
async function diskUsage(): Promise<MetricValues> {
  const { blocks, bavail, bsize } = await statfs(process.cwd());
  return usage('disk', blocks * bsize, bavail * bsize);
}

function usage(what: string, totalBytes: number, freeBytes: number): MetricValues {
  return {
    [`${what}_total_bytes`]: totalBytes,
    [`${what}_free_bytes`]: freeBytes,
    [`${what}_used_percent`]: Math.round((1 - freeBytes / totalBytes) * 1_000) / 10,
  };
}

/** The most by which a timer of this process came late, in milliseconds. */
async function eventLoopDelayMs(signal: AbortSignal): Promise<number> {
  let longestMs = 0;
  for (let sample = 0; sample < DELAY_SAMPLES; sample += 1) {
    const dueAt = performance.now() + DELAY_SAMPLE_MS;
    await setTimeout(DELAY_SAMPLE_MS, undefined, { signal });
    longestMs = Math.max(longestMs, performance.now() - dueAt);
  }
  return Math.round(longestMs * 100) / 100;
}
