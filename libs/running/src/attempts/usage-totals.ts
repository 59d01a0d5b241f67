import type { MetricValues } from '#contracts';
import type { ModelUsage } from '#agents';

/** Adds up what an attempt used of language models. */
export class UsageTotals {
  private calls = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private costUsd = 0;
  private readonly models = new Set<string>();

  add({ model, input_tokens, output_tokens, cost_usd = 0 }: ModelUsage): void {
    this.calls += 1;
    this.inputTokens += input_tokens;
    this.outputTokens += output_tokens;
    this.costUsd += cost_usd;
    this.models.add(model);
  }

  /** Empty when no model was used. */
  get metrics(): MetricValues {
    return this.calls === 0
      ? {}
      : {
          usage_calls: this.calls,
          usage_input_tokens: this.inputTokens,
          usage_output_tokens: this.outputTokens,
          usage_cost_usd: this.costUsd,
          usage_models: [...this.models].join(', ').slice(0, 1_000),
        };
  }
}
