import type { RegisteredAgent } from '#agents';
import { ContractViolation, type ParsedRequest, parseRunRequest } from '#contracts';
import { type JetStreamMessage, NonRetryableException, RetryableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AttemptRunner } from '../attempts/attempt-runner.js';
import { CancelledRequests } from '../control/cancelled-requests.js';
import { Cancels } from '../control/cancels.js';
import { Claims } from '../leases/claims.js';
import { HeldRuns } from '../leases/held-runs.js';

const HELD_HERE_RETRY_MS = 5_000;
/** Less than the bucket `CANCELS` keeps what it is told. */
const CANCELS_KNOWN_MS = 6 * 24 * 3_600_000;

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
   * @param consumingSinceMs when the agent's consumer was created, milliseconds since the epoch
   * @throws NonRetryableException when the message is no request
   * @throws RetryableException when it has to be delivered again
   * @throws LeaseLostException when another executor has taken the run over
   */
  async handle(
    message: JetStreamMessage,
    registered: RegisteredAgent,
    consumingSinceMs: number,
  ): Promise<void> {
    const request = parseOrRefuse(message);
    const control = this.heldRuns.take(request.requestId);
    if (control === undefined) {
      throw new RetryableException('This executor holds the run already', HELD_HERE_RETRY_MS);
    }
    try {
      const cancellation = this.cancels.of(request.requestId);
      if (cancellation === undefined) {
        const attemptLimit = request.request.attempt_limit ?? registered.declaration.attemptLimit;
        // Whether a request that has waited for longer was cancelled is known from the run's events only.
        const trustedSinceMs = Math.max(consumingSinceMs, Date.now() - CANCELS_KNOWN_MS);
        const lease = await this.claims.claim(message, request, {
          attemptLimit,
          consumingSinceMs: trustedSinceMs,
        });
        if (lease !== undefined) {
          await this.attempts.run(registered, lease, control);
        }
      } else {
        await this.cancelled.end(request, cancellation);
      }
      this.cancels.forget(request.requestId);
    } finally {
      this.heldRuns.release(request.requestId);
    }
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
