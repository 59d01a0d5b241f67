import type { RunCache, RunContext, RunLog } from '#agents';
import type { RunControl } from '#running';
import type { Lease } from '../leases/lease.js';
import type { RunReporter } from './run-reporter.js';

/** What an agent's code sees of the attempt that it runs in. Its functions may be taken out of it. */
export class AttemptContext implements RunContext {
  readonly requestId: string;
  readonly attempt: number;
  readonly log: RunLog;
  readonly progress: RunContext['progress'];
  readonly metric: RunContext['metric'];
  readonly usage: RunContext['usage'];

  constructor(
    lease: Lease,
    readonly input: Record<string, unknown>,
    private readonly control: RunControl,
    reporter: RunReporter,
    readonly cache: RunCache,
  ) {
    this.requestId = lease.requestId;
    this.attempt = lease.attempt;
    this.log = reporter.log;
    this.progress = (percent, message) => reporter.progress(percent, message);
    this.metric = (name, value) => reporter.metric(name, value);
    this.usage = (usage) => reporter.usage(usage);
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }
}
