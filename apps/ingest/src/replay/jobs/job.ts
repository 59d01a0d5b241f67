import type { JobState, JobStatus } from '#contracts';

/** What the work of a job is told and says of itself. */
export class Job {
  step = 'Begins';
  done = 0;
  total = 0;
  /** See `JobStatus`. */
  nextSequence = 1;
  waitsFor: string | undefined;
  private state: JobState = 'running';
  private problem: string | undefined;
  private readonly stopping = new AbortController();
  private askedAtMs = performance.now();

  /** @param report what it finds, kept up to date while it works */
  constructor(
    readonly id: string,
    private readonly report: object,
  ) {}

  /** Aborted when the job is to end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get isOver(): boolean {
    return this.state !== 'running';
  }

  /** Milliseconds since somebody asked how far it is. */
  get forgottenMs(): number {
    return performance.now() - this.askedAtMs;
  }

  /** @param reason for people */
  stop(reason: string): void {
    if (!this.isOver && !this.signal.aborted) {
      this.problem = reason;
      this.stopping.abort();
    }
  }

  end(): void {
    this.state = this.signal.aborted ? 'stopped' : 'done';
    this.step = 'Over';
  }

  fail(problem: string): void {
    this.state = 'failed';
    this.problem = problem;
  }

  /** Whoever asks still wants the job. */
  status(): JobStatus {
    this.askedAtMs = performance.now();
    return {
      job_id: this.id,
      state: this.state,
      step: this.step,
      done: this.done,
      total: this.total,
      next_sequence: this.nextSequence,
      ...(this.waitsFor !== undefined && { waits_for: this.waitsFor }),
      ...(this.problem !== undefined && { problem: this.problem }),
      report: this.report,
    };
  }
}
