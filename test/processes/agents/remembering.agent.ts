import { Agent, BaseAgent, type RunContext } from '#agents';
import type { MetricValues } from '#contracts';

/** Counts its runs in its cache, and what a language model cost it. */
@Agent({ name: 'remembering', description: 'Counts', isolation: 'process', memoryLimitMb: 256 })
export class RememberingAgent extends BaseAgent {
  async run(context: RunContext): Promise<MetricValues> {
    const { cache } = context;
    const before = Number((await cache.get('runs')) ?? 0);
    await cache.put('runs', before + 1, { ttlMs: 60_000 });
    await cache.delete('other');
    const refused = await cache.get('broken').catch((error: unknown) => (error as Error).message);
    context.usage({ model: 'small', input_tokens: 10, output_tokens: 3, cost_usd: 0.5 });
    return { before, refused: String(refused) };
  }
}
