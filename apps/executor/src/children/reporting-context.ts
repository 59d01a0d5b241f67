import type { RunContext } from '#agents';
import type { LogEntryLevel, MetricValue } from '#contracts';

/** One call of a language model. */
export interface ModelUsage {
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd?: number;
}

/** What an agent keeps between its runs. */
export interface RunCache {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown, options?: { readonly ttlMs?: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** A run's context with the means to say how the work goes. */
export interface ReportingContext extends RunContext {
  progress(percent: number, message?: string): void;
  readonly log: Readonly<Record<LogEntryLevel, (message: string) => void>>;
  metric(name: string, value: MetricValue): void;
  usage(usage: ModelUsage): void;
  readonly cache: RunCache;
}
