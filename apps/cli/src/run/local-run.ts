import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RegisteredAgent } from '#agents';
import type { MetricValues } from '#contracts';
import {
  type AgentRunner,
  type AttemptFault,
  type AttemptOutcome,
  Interruption,
  outputProblem,
  retryDelay,
  RunControl,
} from '#running';
import type { Terminal } from '../terminal/terminal.js';
import { AttemptContext } from './attempt-context.js';
import { MemoryCache } from './memory-cache.js';
import type { RunReport } from './run-report.js';
import { ShownProgress } from '../terminal/shown-progress.js';

export interface LocalRunOptions {
  readonly input: Record<string, unknown>;
  readonly attemptLimit: number;
  /** Aborted with an `Interruption` to cancel the run. */
  readonly cancelled: AbortSignal;
}

type Ending = Pick<RunReport, 'status' | 'metrics' | 'result' | 'error'>;

/** One run without a broker: as an executor makes it, with all its attempts in this process. */
export class LocalRun {
  private readonly requestId = `cli-${randomBytes(6).toString('hex')}`;
  private readonly cache = new MemoryCache();

  constructor(
    private readonly runner: AgentRunner,
    private readonly registered: RegisteredAgent,
    private readonly terminal: Terminal,
  ) {}

  /** Never rejects because of the agent. */
  async run({ input, attemptLimit, cancelled }: LocalRunOptions): Promise<RunReport> {
    const { name, retryDelayMs } = this.registered.declaration;
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, metrics } = await this.attempt(attempt, input, cancelled);
      const ending = endingOf(outcome, metrics, input);
      if (!isRetryable(outcome) || attempt >= attemptLimit || cancelled.aborted) {
        const duration_ms = Math.round(performance.now() - startedAt);
        return { agent: name, request_id: this.requestId, attempts: attempt, duration_ms, ...ending };
      }
      const waitMs = retryDelay(retryDelayMs, attempt);
      this.terminal.line(
        'warn',
        `Attempt ${attempt} failed, the next one is in ${waitMs} ms: ${ending.error?.message}`,
      );
      await delay(waitMs, undefined, { signal: cancelled }).catch(() => undefined);
    }
  }

  private async attempt(
    attempt: number,
    input: Record<string, unknown>,
    cancelled: AbortSignal,
  ): Promise<{ readonly outcome: AttemptOutcome; readonly metrics: MetricValues }> {
    const { timeLimitMs } = this.registered.declaration;
    const control = new RunControl();
    const cancel = (): void => control.interrupt(cancelled.reason as Interruption);
    if (cancelled.aborted) {
      cancel(); // an event that is over is not heard any more
    }
    cancelled.addEventListener('abort', cancel, { once: true });
    let limit: NodeJS.Timeout | undefined;
    const limitFromNow = (): void => {
      const over = new Interruption('timeout', `The time limit of ${timeLimitMs} ms is over`);
      limit = setTimeout(() => control.interrupt(over), timeLimitMs);
    };
    const shown = new ShownProgress(this.terminal);
    const context = new AttemptContext(
      {
        requestId: this.requestId,
        attempt,
        input,
        signal: control.signal,
        cache: this.cache,
      },
      shown,
      (level, message) => this.terminal.line(level, `${level.padEnd(5)} ${message}`),
    );
    const outcome = await this.runner.run(this.registered, context, control, limitFromNow);
    cancelled.removeEventListener('abort', cancel);
    clearTimeout(limit);
    shown.end();
    return { outcome, metrics: context.metrics };
  }
}

function isRetryable(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'failed' ? outcome.isRetryable : outcome.kind === 'interrupted';
}

function endingOf(outcome: AttemptOutcome, collected: MetricValues, input: Record<string, unknown>): Ending {
  switch (outcome.kind) {
    case 'returned': {
      const metrics = { ...collected, ...outcome.metrics };
      const problem = outputProblem(metrics, outcome.result, { input });
      return problem === undefined
        ? { status: 'success', metrics, result: outcome.result ?? null, error: null }
        : failure({ reason: 'error', error: problem }, {});
    }
    case 'failed':
      return failure(outcome, collected);
    case 'interrupted': {
      const { reason, message } = outcome.interruption;
      return reason === 'cancelled'
        ? cancelled(message, collected)
        : failure({ reason: reason === 'fenced' ? 'lost' : reason, error: message }, collected);
    }
  }
}

function failure({ reason, error }: Pick<AttemptFault, 'reason' | 'error'>, metrics: MetricValues): Ending {
  return { status: 'failed', metrics, result: null, error: { reason, message: error } };
}

function cancelled(message: string, metrics: MetricValues): Ending {
  return { status: 'cancelled', metrics, result: null, error: { reason: 'cancelled', message } };
}
