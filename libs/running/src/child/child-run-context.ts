import type { ModelUsage, RunCache, RunContext, RunLog } from '#agents';
import type { LogEntryLevel, MetricValue } from '#contracts';
import { Interruption } from '../attempts/interruption.js';
import type { CancelReason, RunMessage } from '../children/protocol/parent-message.js';
import type { ExecutorLink } from './executor-link.js';
import { ProgressSender } from './progress-sender.js';

const REASONS: Record<CancelReason, string> = {
  timeout: 'The time limit is over',
  drain: 'The executor stops',
  cancelled: 'The run was cancelled',
};

/** What an agent in a child is told, and tells, about its run. */
export class ChildRunContext implements RunContext {
  readonly requestId: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly log: RunLog;
  private readonly controller = new AbortController();
  private readonly progressSender: ProgressSender;

  constructor(
    private readonly link: ExecutorLink,
    private readonly run: RunMessage,
    readonly input: Record<string, unknown>,
    readonly cache: RunCache,
  ) {
    this.requestId = run.request_id;
    this.attempt = run.attempt;
    this.signal = pollingSignal(this.controller, link);
    this.progressSender = new ProgressSender(link, run.id);
    const write = (level: LogEntryLevel) => (message: string) =>
      link.send({ type: 'log', id: run.id, level, message: textOf(message) });
    this.log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  }

  // Fields, not methods: agents take their context apart.
  readonly progress = (percent: number, message?: string): void => {
    this.link.poll();
    this.progressSender.report(percent, message);
  };

  readonly metric = (name: string, value: MetricValue): void => {
    this.link.send({ type: 'metric', id: this.run.id, name, value });
  };

  readonly usage = ({ model, input_tokens, output_tokens, cost_usd }: ModelUsage): void => {
    const cost = cost_usd === undefined ? {} : { cost_usd };
    this.link.send({ type: 'usage', id: this.run.id, model, input_tokens, output_tokens, ...cost });
  };

  cancel(reason: CancelReason): void {
    this.controller.abort(new Interruption(reason, REASONS[reason]));
  }

  /** Sends what is still held back. */
  flush(): void {
    this.progressSender.flush();
  }
}

/** A signal that sees an abort also in a loop which never waits: asking for `aborted` looks for news first. */
function pollingSignal(controller: AbortController, link: ExecutorLink): AbortSignal {
  const { signal } = controller;
  Object.defineProperty(signal, 'aborted', {
    configurable: true,
    enumerable: true,
    get: () => {
      link.poll();
      return Reflect.get(AbortSignal.prototype, 'aborted', signal);
    },
  });
  return signal;
}

/** Callers without types may pass anything. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? String(message));
}
