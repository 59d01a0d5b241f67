import { metricProblems, type MetricValue, type MetricValues } from '#contracts';
import type { ModelUsage } from '#agents';
import { UsageTotals } from '#running';
import type { RunJournal } from '../journal/run-journal.js';
import { LogBuffer } from './log-buffer.js';

/** The latest word is sent this often at most, in milliseconds. */
const SEND_EVERY_MS = 250;

interface Progress {
  readonly percent: number;
  readonly message: string | undefined;
}

/**
 * Takes what an agent says while it runs, however often it says it, and writes down as much as is good for everybody:
 * the latest progress a few times a second, the log in pieces and up to a bound.
 */
export class RunReporter {
  readonly log = new LogBuffer(() => this.sendSoon());
  private collected: Map<string, MetricValue> | undefined;
  private totals: UsageTotals | undefined;
  private latest: Progress | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** @param onLost called when another executor has taken the run over */
  constructor(
    private readonly journal: RunJournal,
    private readonly onLost: (error: unknown) => void,
  ) {}

  /** What the agent has measured so far. */
  get metrics(): MetricValues {
    if (this.collected === undefined && this.totals === undefined) {
      return {}; // most agents return what they measure
    }
    return { ...this.totals?.metrics, ...Object.fromEntries(this.collected ?? []) };
  }

  /** @param percent what lies outside of 0 to 100 is taken as the nearest of the two */
  progress(percent: number, message?: string): void {
    this.latest = {
      percent: Math.min(100, Math.max(0, Number.isFinite(percent) ? percent : 0)),
      message: message?.slice(0, 1_000),
    };
    this.sendSoon();
  }

  /** @throws TypeError when it can't be stored */
  metric(name: string, value: MetricValue): void {
    const [problem] = metricProblems({ [name]: value });
    if (problem !== undefined) {
      throw new TypeError(problem);
    }
    this.collected ??= new Map();
    this.collected.set(name, value);
  }

  usage(usage: ModelUsage): void {
    this.totals ??= new UsageTotals();
    this.totals.add(usage);
  }

  /** Sends what is left. What an agent says after its end is not heard. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.log.close();
    if (this.latest !== undefined || !this.log.isEmpty) {
      await this.send();
    }
  }

  private sendSoon(): void {
    if (!this.isClosed) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.send().catch(this.onLost);
      }, SEND_EVERY_MS);
    }
  }

  private async send(): Promise<void> {
    const { latest } = this;
    this.latest = undefined;
    if (latest !== undefined) {
      await this.journal.progress(latest.percent, latest.message);
    }
    for (const { firstLine, entries } of this.log.take()) {
      await this.journal.logged(firstLine, entries);
    }
  }
}
