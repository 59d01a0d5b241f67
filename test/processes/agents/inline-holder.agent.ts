import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/**
 * Takes `hold_ms` of its input in its first attempt, and no time in the others. Leaves a line in the file `ledger` when
 * it begins, as `SleeperAgent` does.
 */
@Agent({ name: 'inline_holder', description: 'Holds on', concurrency: 100, retryDelayMs: 50 })
export class InlineHolderAgent extends BaseAgent {
  async run({ input, attempt, requestId, signal }: RunContext): Promise<MetricValues> {
    await appendFile(String(input['ledger']), `begin ${requestId} ${attempt} ${process.pid}\n`);
    await setTimeout(attempt === 1 ? Number(input['hold_ms']) : 0, undefined, { signal });
    return { attempt };
  }
}
