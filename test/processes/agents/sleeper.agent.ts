import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/**
 * Sleeps for `ms` of its input. With `ledger`, the path of a file, it leaves a line there when it begins and another
 * when it ends: `begin|end <request_id> <attempt> <pid>`.
 */
@Agent({ name: 'sleeper', description: 'Sleeps', concurrency: 100, retryDelayMs: 50, timeLimitMs: 60_000 })
export class SleeperAgent extends BaseAgent {
  async run({ input, attempt, requestId, signal }: RunContext): Promise<MetricValues> {
    const note = async (what: string): Promise<void> => {
      if (typeof input['ledger'] === 'string') {
        await appendFile(input['ledger'], `${what} ${requestId} ${attempt} ${process.pid}\n`);
      }
    };
    await note('begin');
    await setTimeout(Number(input['ms'] ?? 0), undefined, { signal });
    await note('end');
    return { slept_ms: Number(input['ms'] ?? 0), attempt };
  }
}
