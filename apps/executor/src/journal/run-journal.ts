import {
  AttemptFailed,
  type FailureReason,
  type MetricValues,
  RunFailed,
  RunStarted,
  RunSucceeded,
} from '#contracts';
import type { Lease } from '../leases/lease.js';
import type { EventAppender } from './event-appender.js';

/** How an attempt failed. */
export interface AttemptFailure {
  readonly reason: FailureReason;
  readonly error: string;
}

/** Writes down what happens to one attempt. Events go out one after the other, each expecting the one before. */
export class RunJournal {
  private readonly beganAt = new Date().toISOString();
  private previous: Promise<number>;
  private isStarted: boolean;

  constructor(
    private readonly appender: EventAppender,
    private readonly lease: Lease,
    private readonly executor: string,
  ) {
    this.previous = Promise.resolve(lease.lastSequence);
    this.isStarted = lease.claimedAt !== undefined;
  }

  /** Says that the attempt holds the run; does nothing when that is said already. */
  async started(): Promise<void> {
    if (!this.isStarted) {
      this.isStarted = true;
      await this.append(
        Object.assign(new RunStarted(), this.common(), {
          started_at: this.startedAt,
          charged: this.lease.charged,
        }),
      );
    }
  }

  async succeeded(metrics: MetricValues, result: unknown): Promise<void> {
    await this.append(
      Object.assign(new RunSucceeded(), this.common(), {
        started_at: this.startedAt,
        finished_at: new Date().toISOString(),
        metrics,
        ...(result !== undefined && { result }),
      }),
    );
  }

  async failed(failure: AttemptFailure): Promise<void> {
    await this.append(
      Object.assign(new RunFailed(), this.common(), failure, {
        started_at: this.startedAt,
        finished_at: new Date().toISOString(),
        metrics: {},
      }),
    );
  }

  /** @param charged attempts charged so far, this one included if it counts */
  async attemptFailed(failure: AttemptFailure, charged: number): Promise<void> {
    await this.append(
      Object.assign(new AttemptFailed(), this.common(), failure, {
        started_at: this.startedAt,
        finished_at: new Date().toISOString(),
        charged,
      }),
    );
  }

  private get startedAt(): string {
    return this.lease.claimedAt ?? this.beganAt;
  }

  private common(): Pick<RunStarted, 'agent' | 'request_id' | 'attempt' | 'at' | 'origin' | 'executor'> {
    const { agent, requestId, attempt, origin } = this.lease;
    return {
      agent,
      request_id: requestId,
      attempt,
      at: new Date().toISOString(),
      origin,
      executor: this.executor,
    };
  }

  private async append(event: RunStarted | RunSucceeded | RunFailed | AttemptFailed): Promise<void> {
    this.previous = this.previous.then((sequence) => this.appender.append(event, sequence));
    await this.previous;
  }
}
