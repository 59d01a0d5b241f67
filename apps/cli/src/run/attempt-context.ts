import type { ModelUsage, RunCache, RunContext, RunLog } from '#agents';
import { type LogEntryLevel, metricProblems, type MetricValue, type MetricValues } from '#contracts';
import { UsageTotals } from '#running';
import type { ShownProgress } from '../terminal/shown-progress.js';

export interface AttemptOptions {
  readonly requestId: string;
  readonly attempt: number;
  readonly input: Record<string, unknown>;
  readonly signal: AbortSignal;
  readonly cache: RunCache;
}

/** What an agent is told about an attempt that nobody keeps, and through what it speaks to the terminal. */
export class AttemptContext implements RunContext {
  readonly requestId: string;
  readonly attempt: number;
  readonly input: Record<string, unknown>;
  readonly signal: AbortSignal;
  readonly cache: RunCache;
  readonly log: RunLog;
  private readonly collected = new Map<string, MetricValue>();
  private readonly totals = new UsageTotals();

  constructor(
    options: AttemptOptions,
    private readonly shown: ShownProgress,
    write: (level: LogEntryLevel, message: string) => void,
  ) {
    this.requestId = options.requestId;
    this.attempt = options.attempt;
    this.input = options.input;
    this.signal = options.signal;
    this.cache = options.cache;
    const at = (level: LogEntryLevel) => (message: string) => write(level, message);
    this.log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }

  /** What the agent has measured so far. */
  get metrics(): MetricValues {
    return { ...this.totals.metrics, ...Object.fromEntries(this.collected) };
  }

  // Fields, not methods: agents take their context apart.
  readonly progress = (percent: number, message?: string): void => {
    this.shown.report(Math.min(100, Math.max(0, percent || 0)), message);
  };

  /** @throws TypeError when it can't be stored */
  readonly metric = (name: string, value: MetricValue): void => {
    const [problem] = metricProblems({ [name]: value });
    if (problem !== undefined) {
      throw new TypeError(problem);
    }
    this.collected.set(name, value);
  };

  readonly usage = (usage: ModelUsage): void => this.totals.add(usage);
}
