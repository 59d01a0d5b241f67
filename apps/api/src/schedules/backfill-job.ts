import type { BackfillReport, JobState, JobStatus } from '#contracts';

/** What a backfill that is at work says of itself. */
export class BackfillJob {
  done = 0;
  waitsFor: string | undefined;
  private state: JobState = 'running';
  private problem: string | undefined;
  private readonly stopping = new AbortController();

  constructor(
    readonly id: string,
    readonly report: BackfillReport,
  ) {}

  /** Aborted when it is to end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get isOver(): boolean {
    return this.state !== 'running';
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
    this.waitsFor = undefined;
  }

  fail(problem: string): void {
    this.state = 'failed';
    this.problem = problem;
  }

  status(): JobStatus {
    return {
      job_id: this.id,
      state: this.state,
      step: this.isOver ? 'Over' : 'Fills in fires',
      done: this.done,
      total: this.report.empty_count,
      next_sequence: 1,
      ...(this.waitsFor !== undefined && { waits_for: this.waitsFor }),
      ...(this.problem !== undefined && { problem: this.problem }),
      report: this.report,
    };
  }
}
