import { setTimeout as delay } from 'node:timers/promises';
import { type JobStarted, type JobStatus, jobSubject, parseJobStarted, parseJobStatus } from '#contracts';
import { ShownProgress } from '../terminal/shown-progress.js';
import type { Terminal } from '../terminal/terminal.js';
import type { PlatformClient } from './platform-client.js';
import { RefusedError } from './refused-error.js';
import { UnavailableError } from './unavailable-error.js';

const ASK_EVERY_MS = 250;
/** What is written into a file or a log is told less often. */
const LINE_EVERY_MS = 5_000;
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;
const INGEST = 'ingest';

/** How a job came to its end, as far as it is known. */
export interface JobOutcome {
  /** The last word of ingest. */
  readonly status: JobStatus | undefined;
  /** Whether ingest has not answered any more before the job was over. */
  readonly isLost: boolean;
}

/** A job of ingest that people look at: shows how far it is, and stops it at Ctrl-C. */
export class WatchedJob {
  private status: JobStatus | undefined;
  private isInterrupted = false;
  private shownAtMs = -Infinity;
  private shownStep = '';

  constructor(
    private readonly client: PlatformClient,
    private readonly terminal: Terminal,
  ) {}

  /**
   * Resolves when the job is over, or ingest is gone.
   * @throws RefusedError or UnavailableError when it could not begin
   */
  async run(startSubject: string, command: object): Promise<JobOutcome> {
    const job = parseJobStarted(await this.client.ask(startSubject, command, INGEST));
    const interrupt = (): void => this.interrupt();
    INTERRUPTS.forEach((signal) => process.on(signal, interrupt));
    const shown = new ShownProgress(this.terminal);
    try {
      return await this.follow(job, shown);
    } finally {
      shown.end();
      INTERRUPTS.forEach((signal) => process.off(signal, interrupt));
    }
  }

  private async follow(job: JobStarted, shown: ShownProgress): Promise<JobOutcome> {
    let heardAtMs = performance.now();
    for (;;) {
      const status = await this.ask(job);
      if (status !== undefined) {
        heardAtMs = performance.now();
        this.status = status;
        this.show(status, shown);
      } else if (performance.now() - heardAtMs > job.lease_ms) {
        return { status: this.status, isLost: true };
      }
      if (status !== undefined && status.state !== 'running') {
        return { status, isLost: false };
      }
      await delay(ASK_EVERY_MS);
    }
  }

  /** Nothing when ingest does not answer: it, or NATS, may come back. */
  private async ask({ job_id }: JobStarted): Promise<JobStatus | undefined> {
    const subject = jobSubject(job_id, this.isInterrupted ? 'stop' : 'status');
    try {
      return parseJobStatus(await this.client.ask(subject, {}, INGEST));
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof RefusedError) {
        return undefined;
      }
      throw error;
    }
  }

  private show({ step, done, total, waits_for }: JobStatus, shown: ShownProgress): void {
    const isDue = process.stderr.isTTY || performance.now() - this.shownAtMs > LINE_EVERY_MS;
    if (!isDue && step === this.shownStep) {
      return;
    }
    this.shownAtMs = performance.now();
    this.shownStep = step;
    const waits = waits_for === undefined ? '' : `, waits for ${waits_for}`;
    const part = total === 0 ? 0 : Math.min(1, done / total);
    shown.report(part * 100, total === 0 ? `${step}${waits}` : `${step}: ${done} of ${total}${waits}`);
  }

  /** The first Ctrl-C has the job stopped, the second one leaves it to stop by itself. */
  private interrupt(): void {
    if (this.isInterrupted) {
      process.exit(1);
    }
    this.isInterrupted = true;
    this.terminal.line('warn', 'Stopping after the batch in hand; once more to leave at once');
  }
}
