import type { RunContext } from '#agents';
import { type LogEntryLevel, metricProblems } from '#contracts';
import type { AttemptFault, AttemptOutcome } from '../../attempts/attempt-outcome.js';
import { Interruption } from '../../attempts/interruption.js';
import type { Ending } from '../processes/running-program.js';
import type { ErrorMessage, ResultMessage, RunReportMessage } from '../protocol/child-message.js';
import type { CacheReplyMessage, RunMessage } from '../protocol/parent-message.js';
import { fault, faultOf } from './ending-text.js';
import { answerCacheRequest } from './run-cache-requests.js';

/** What a child is asked to do, and who hears of it. */
export interface RunTask {
  readonly message: RunMessage;
  /** Its signal, when aborted with an `Interruption`, ends the run. */
  readonly context: RunContext;
  /** Milliseconds between the soft and the hard end of a run. */
  readonly killGraceMs: number;
  /** Called when a child has taken the run. */
  readonly onBegin?: (() => void) | undefined;
}

/** The run that a child works on, from its message until its outcome. */
export class ChildRun {
  readonly outcome: Promise<AttemptOutcome>;
  private readonly conclude: (outcome: AttemptOutcome) => void;
  private fault: AttemptFault | undefined;
  private killedAfterMs: number | undefined;

  /** @param catchUp resolves when all is heard that the agent has printed */
  constructor(
    readonly task: RunTask,
    private readonly catchUp: () => Promise<void>,
  ) {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>();
    this.outcome = promise;
    this.conclude = resolve;
  }

  /** Set once the run has to end before it is done. */
  get interruption(): Interruption | undefined {
    const { signal } = this.task.context;
    return signal.aborted ? interruptionOf(signal.reason) : undefined;
  }

  /** @param reply sends the answer to a request of the child */
  handle(message: RunReportMessage, reply: (message: CacheReplyMessage) => void): void {
    if (this.fault !== undefined) {
      return; // it is over, whatever was still on its way
    }
    const { context } = this.task;
    switch (message.type) {
      case 'progress':
        return context.progress(message.percent, message.message ?? undefined);
      case 'log':
        return context.log[message.level](message.message);
      case 'metric':
        return context.metric(message.name, message.value);
      case 'usage': {
        const { model, input_tokens, output_tokens, cost_usd } = message;
        const cost = typeof cost_usd === 'number' ? { cost_usd } : {};
        return context.usage({ model, input_tokens, output_tokens, ...cost });
      }
      case 'result':
        return this.settle(this.returned(message));
      case 'error':
        return this.settle(this.threw(message));
      default:
        void answerCacheRequest(message, context.cache).then(reply);
    }
  }

  /** A line that the agent printed. */
  print(level: LogEntryLevel, text: string): void {
    this.task.context.log[level](text);
  }

  /** From now on the end of the child means this. */
  fail(fault: AttemptFault): void {
    this.fault ??= fault;
  }

  /** The child is killed because it did not end by itself within its grace. */
  killAfter(graceMs: number): void {
    this.killedAfterMs = graceMs;
  }

  /** The child has ended. */
  end(ending: Ending): void {
    this.conclude(this.fault ?? this.interrupted() ?? faultOf(ending));
  }

  private settle(outcome: AttemptOutcome): void {
    void this.catchUp().then(() => this.conclude(outcome));
  }

  private returned({ metrics, result }: ResultMessage): AttemptOutcome {
    const { interruption } = this;
    if (interruption !== undefined && interruption.reason !== 'drain') {
      return { kind: 'interrupted', interruption };
    }
    const problems = metricProblems(metrics);
    return problems.length > 0
      ? {
          kind: 'failed',
          reason: 'error',
          error: `The agent returned what can not be stored: ${problems.join('; ')}`,
          isRetryable: false,
        }
      : { kind: 'returned', metrics, result: result ?? undefined };
  }

  private threw({ error_type, message, trace, retryable }: ErrorMessage): AttemptOutcome {
    const { interruption } = this;
    if (interruption !== undefined) {
      return { kind: 'interrupted', interruption };
    }
    if (typeof trace === 'string' && trace !== '') {
      this.print('error', trace);
    }
    const error = `${error_type}: ${message}`;
    return { kind: 'failed', reason: 'error', error, isRetryable: retryable !== false };
  }

  private interrupted(): AttemptOutcome | undefined {
    const { interruption, killedAfterMs } = this;
    if (interruption === undefined || killedAfterMs === undefined) {
      return interruption && { kind: 'interrupted', interruption };
    }
    const error = `${interruption.message}; it had not ended ${killedAfterMs} ms later and was killed`;
    return interruption.reason === 'timeout'
      ? fault('killed', error)
      : {
          kind: 'interrupted',
          interruption: new Interruption(interruption.reason, error, interruption.requestedAt),
        };
  }
}

function interruptionOf(reason: unknown): Interruption {
  return reason instanceof Interruption ? reason : new Interruption('fenced', String(reason));
}
