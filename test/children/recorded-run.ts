import type { ModelUsage, RunContext } from '#agents';
import type { MetricValue } from '#contracts';
import { Interruption, type InterruptionReason } from '../../libs/running/src/attempts/interruption.js';

let runs = 0;

/** One run as its executor sees it: everything that the agent says is kept. */
export class RecordedRun {
  readonly context: RunContext;
  readonly progress: { percent: number; message: string | undefined }[] = [];
  readonly lines: { level: string; message: string }[] = [];
  readonly metrics: Record<string, MetricValue> = {};
  readonly usage: ModelUsage[] = [];
  readonly cache = new Map<string, unknown>();
  private readonly controller = new AbortController();

  constructor(input: Record<string, unknown> = {}) {
    runs += 1;
    const write = (level: string) => (message: string) => void this.lines.push({ level, message });
    this.context = {
      requestId: `spec-${runs}`,
      attempt: 1,
      input,
      signal: this.controller.signal,
      progress: (percent, message) => void this.progress.push({ percent, message }),
      log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
      metric: (name, value) => void (this.metrics[name] = value),
      usage: (usage) => void this.usage.push(usage),
      cache: {
        get: async (key) => {
          if (key === 'broken') {
            throw new Error('the cache is away');
          }
          return await Promise.resolve(this.cache.get(key));
        },
        put: async (key, value) => void this.cache.set(key, await Promise.resolve(value)),
        delete: async (key) => void this.cache.delete(await Promise.resolve(key)),
      },
    };
  }

  get text(): string {
    return this.lines.map(({ level, message }) => `${level} ${message}`).join('\n');
  }

  interrupt(reason: InterruptionReason): void {
    this.controller.abort(new Interruption(reason, `For the reason ${reason}`));
  }

  /** As the executor does when the time limit of the agent is over. */
  limit(timeLimitMs: number): this {
    setTimeout(() => this.interrupt('timeout'), timeLimitMs).unref();
    return this;
  }
}
