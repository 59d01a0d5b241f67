import {
  AttemptFailed,
  type FailureReason,
  type FinalRunEvent,
  InstantTexts,
  type LogEntry,
  type MetricValues,
  RunCancelled,
  RunFailed,
  RunLogged,
  RunProgress,
  RunStarted,
  RunSucceeded,
} from '#contracts';
import type { Lease } from '../leases/lease.js';
import type { EventAppender } from './event-appender.js';
import type { EventPacker } from './event-packer.js';

/** An agent may throw a text of any length; an event has to pass the broker. */
const MAX_ERROR_LENGTH = 4_096;
/** An attempt that takes longer says that it has begun. A process that was frozen meanwhile must not pass it by. */
const LONGEST_PACKED_MS = 1_000;

const instants = new InstantTexts();

/** How an attempt failed. */
export interface AttemptFailure {
  readonly reason: FailureReason;
  readonly error: string;
}

type JournalEvent = Parameters<EventAppender['append']>[0];

/** Writes down what happens to one attempt. Events go out one after the other, each expecting the one before. */
export class RunJournal {
  private readonly beganAtMs = Date.now();
  private readonly beganAt = instants.of(this.beganAtMs);
  private previous: Promise<number>;
  private isStarted: boolean;
  /** Whether the run's subject is empty, as far as anybody knows. */
  private isUntold: boolean;

  constructor(
    private readonly appender: EventAppender,
    private readonly packer: EventPacker,
    private readonly lease: Lease,
    private readonly executor: string,
  ) {
    this.previous = Promise.resolve(lease.lastSequence);
    this.isStarted = lease.claimedAt !== undefined;
    this.isUntold = !this.isStarted && lease.attempt === 1 && lease.lastSequence === 0;
  }

  /** Says that the attempt holds the run; does nothing when that is said already. */
  async started(): Promise<void> {
    if (!this.isStarted) {
      await this.append(Object.assign(new RunStarted(), this.holding()));
    }
  }

  async progress(percent: number, message: string | undefined): Promise<void> {
    await this.append(
      Object.assign(new RunProgress(), this.holding(), {
        percent,
        ...(message !== undefined && { message }),
      }),
    );
  }

  async logged(firstLine: number, entries: LogEntry[]): Promise<void> {
    await this.append(Object.assign(new RunLogged(), this.holding(), { first_line: firstLine, entries }));
  }

  succeeded(metrics: MetricValues, result: unknown): Promise<void> {
    const event = Object.assign(new RunSucceeded(), this.ended());
    event.metrics = metrics;
    event.result = result;
    return this.end(event);
  }

  /** The run fails without having begun. */
  refused(failure: AttemptFailure): Promise<void> {
    const { started_at: _neverStarted, ...ended } = this.ended();
    return this.end(Object.assign(new RunFailed(), ended, failure, { metrics: {} }));
  }

  failed(failure: AttemptFailure, metrics: MetricValues): Promise<void> {
    return this.end(Object.assign(new RunFailed(), this.ended(), clipped(failure), { metrics }));
  }

  async cancelled(error: string, requestedAt: string, metrics: MetricValues): Promise<void> {
    await this.append(
      Object.assign(new RunCancelled(), this.ended(), { error, cancel_requested_at: requestedAt, metrics }),
    );
  }

  /** @param charged attempts charged so far, this one included if it counts */
  async attemptFailed(failure: AttemptFailure, charged: number): Promise<void> {
    await this.append(Object.assign(new AttemptFailed(), this.ended(), clipped(failure), { charged }));
  }

  private common(): Pick<
    RunStarted,
    'agent' | 'request_id' | 'attempt' | 'at' | 'origin' | 'executor' | 'started_at'
  > {
    const { agent, requestId, attempt, origin } = this.lease;
    return {
      agent,
      request_id: requestId,
      attempt,
      at: instants.of(Date.now()),
      origin,
      executor: this.executor,
      started_at: this.lease.claimedAt ?? this.beganAt,
    };
  }

  /** Of every event of an attempt that goes on: each of them says who holds the run. */
  private holding(): ReturnType<RunJournal['common']> & Pick<RunStarted, 'charged'> {
    this.isStarted = true;
    return { ...this.common(), charged: this.lease.charged };
  }

  private ended(): ReturnType<RunJournal['common']> & Pick<RunSucceeded, 'finished_at'> {
    const common = this.common();
    return { ...common, finished_at: common.at };
  }

  /** What is over this soon needs no subject of its own: nobody else can have begun it. */
  private end(event: FinalRunEvent): Promise<void> {
    return this.isUntold && Date.now() - this.beganAtMs < LONGEST_PACKED_MS
      ? this.packer.publish(event)
      : this.append(event);
  }

  private async append(event: JournalEvent): Promise<void> {
    this.isUntold = false;
    this.previous = this.previous.then((sequence) => this.appender.append(event, sequence));
    await this.previous;
  }
}

function clipped({ reason, error }: AttemptFailure): AttemptFailure {
  return { reason, error: error.length > MAX_ERROR_LENGTH ? `${error.slice(0, MAX_ERROR_LENGTH)}…` : error };
}
