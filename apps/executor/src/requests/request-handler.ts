import { setTimeout as delay } from 'node:timers/promises';
import type { RegisteredAgent } from '#agents';
import { ContractViolation, type ParsedRequest, parseRunRequest } from '#contracts';
import { type JetStreamMessage, NonRetryableException, RetryableException } from '#jetstream';
import type { RunControl } from '#running';
import { Injectable } from '@nestjs/common';
import { AttemptRunner } from '../attempts/attempt-runner.js';
import { CancelledRequests } from '../control/cancelled-requests.js';
import { Cancels } from '../control/cancels.js';
import { Claims } from '../leases/claims.js';
import { HeldRuns } from '../leases/held-runs.js';
import type { HighLane } from '../priority/high-lane.js';
import { overtake, type Overtaking } from '../priority/overtaking.js';

const HELD_HERE_RETRY_MS = 5_000;
const HAND_BACK_MS = 1_000;
/** A run that lets others go first for longer has that written down. */
const QUIET_MS = 200;
/** Less than the bucket `CANCELS` keeps what it is told. */
const CANCELS_KNOWN_MS = 6 * 24 * 3_600_000;

/** Of the consumer that delivered a request. */
export interface Delivered {
  /** When it was created, milliseconds since the epoch. */
  readonly consumingSinceMs: number;
  /** Requests that go before this one. */
  readonly overtakenBy?: HighLane;
}

/** From a delivered request to a run that is decided, or to another delivery. */
@Injectable()
export class RequestHandler {
  constructor(
    private readonly heldRuns: HeldRuns,
    private readonly claims: Claims,
    private readonly attempts: AttemptRunner,
    private readonly cancels: Cancels,
    private readonly cancelled: CancelledRequests,
  ) {}

  /**
   * @throws NonRetryableException when the message is no request
   * @throws RetryableException when it has to be delivered again
   * @throws LeaseLostException when another executor has taken the run over
   */
  async handle(
    message: JetStreamMessage,
    registered: RegisteredAgent,
    { consumingSinceMs, overtakenBy }: Delivered,
  ): Promise<void> {
    const request = parseOrRefuse(message);
    const control = this.heldRuns.take(request.requestId);
    if (control === undefined) {
      throw new RetryableException('This executor holds the run already', HELD_HERE_RETRY_MS);
    }
    const overtaking = overtakenBy?.isWorthALook === true ? overtake(overtakenBy, control) : undefined;
    try {
      const isPostponed = overtaking !== undefined && (await this.waitForTurn(overtaking, message, request));
      const cancellation = this.cancels.of(request.requestId);
      if (cancellation === undefined) {
        refuseHandedBack(isPostponed, control);
        const attemptLimit = request.request.attempt_limit ?? registered.declaration.attemptLimit;
        // Whether a request that has waited for longer was cancelled is known from the run's events only.
        const trustedSinceMs = Math.max(consumingSinceMs, Date.now() - CANCELS_KNOWN_MS);
        const lease = await this.claims.claim(message, request, {
          attemptLimit,
          consumingSinceMs: trustedSinceMs,
          isPostponed,
        });
        if (lease !== undefined) {
          await this.attempts.run(registered, lease, control);
        }
      } else {
        await this.cancelled.end(request, cancellation);
      }
      this.cancels.forget(request.requestId);
    } finally {
      await overtaking?.over;
      this.heldRuns.release(request.requestId);
    }
  }

  /** @returns whether that took so long that it was written down */
  private async waitForTurn(
    { turn }: Overtaking,
    message: JetStreamMessage,
    request: ParsedRequest,
  ): Promise<boolean> {
    this.heldRuns.setAside(request.requestId);
    const isSoon = await Promise.race([turn.then(() => true), delay(QUIET_MS, false, { ref: false })]);
    if (!isSoon) {
      await this.claims.postpone(message, request);
      await turn;
    }
    this.heldRuns.takeUp(request.requestId);
    return !isSoon;
  }
}

/** What has to go back before it began, and of which that is written down, needs no attempt. */
function refuseHandedBack(isPostponed: boolean, { interruption }: RunControl): void {
  if (isPostponed && interruption?.reason === 'drain') {
    throw new RetryableException(interruption.message, HAND_BACK_MS);
  }
}

function parseOrRefuse(message: JetStreamMessage): ParsedRequest {
  try {
    return parseRunRequest(message);
  } catch (error) {
    if (error instanceof ContractViolation) {
      throw new NonRetryableException(error.message);
    }
    throw error;
  }
}
