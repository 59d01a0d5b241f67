import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/**
 * Runs alone, for `ms` of its input. Leaves a line in `ledger`, the path of a file, when it begins and another when it ends:
 * `begin|end <request_id> <attempt> <pid>`. Fails the first `failures` attempts.
 */
@Agent({ name: 'solo', description: 'Runs alone', concurrency: 1, retryDelayMs: 500, attemptLimit: 5 })
export class SoloAgent extends BaseAgent {
  async run({ input, attempt, requestId, signal }: RunContext): Promise<MetricValues> {
    const note = async (what: string): Promise<void> => {
      await appendFile(String(input['ledger']), `${what} ${requestId} ${attempt} ${process.pid}\n`);
    };
    await note('begin');
    try {
      await setTimeout(Number(input['ms'] ?? 0), undefined, { signal });
    } finally {
      await note('end');
    }
    if (attempt <= Number(input['failures'] ?? 0)) {
      throw new Error('Fails on purpose');
    }
    return {};
  }
}
