import type { MetricValues } from '#contracts';
import { LeaseLostException, RetryableException } from '#jetstream';
import { type AttemptOutcome, type Interruption, outputProblem, retryDelay } from '#running';
import { Injectable } from '@nestjs/common';
import { Breakers } from '../control/breakers.js';
import type { AttemptFailure } from '../journal/run-journal.js';
import type { Attempt } from './attempt.js';

const HAND_BACK_MS = 1_000;

/** Writes down how an attempt ended, and decides what follows. */
@Injectable()
export class AttemptConclusion {
  constructor(private readonly breakers: Breakers) {}

  /**
   * Resolves when the run is decided.
   * @throws RetryableException when another attempt has to follow
   * @throws LeaseLostException when another executor has taken the run over
   */
  conclude(outcome: AttemptOutcome, attempt: Attempt): Promise<void> {
    switch (outcome.kind) {
      case 'returned':
        return this.succeed({ ...attempt.reporter.metrics, ...outcome.metrics }, outcome.result, attempt);
      case 'failed':
        return outcome.isRetryable
          ? this.charge(outcome, attempt)
          : this.fail(outcome, attempt, attempt.reporter.metrics);
      case 'interrupted':
        return this.interrupt(outcome.interruption, attempt);
    }
  }

  private succeed(metrics: MetricValues, result: unknown, attempt: Attempt): Promise<void> {
    const problem = outputProblem(metrics, result, attempt.lease.origin);
    if (problem !== undefined) {
      return this.fail({ reason: 'error', error: problem }, attempt, {});
    }
    this.breakers.succeeded(attempt);
    return attempt.journal.succeeded(metrics, result);
  }

  private fail(failure: AttemptFailure, attempt: Attempt, metrics: MetricValues): Promise<void> {
    this.breakers.failed(attempt, failure.error);
    return attempt.journal.failed(failureOf(failure), metrics);
  }

  private async interrupt({ reason, message, requestedAt }: Interruption, attempt: Attempt): Promise<void> {
    const { journal, lease, reporter } = attempt;
    switch (reason) {
      case 'timeout':
        return await this.charge({ reason, error: message }, attempt);
      case 'cancelled':
        return await journal.cancelled(message, requestedAt, reporter.metrics);
      case 'fenced':
        throw new LeaseLostException(message);
      case 'drain':
        await journal.attemptFailed({ reason, error: message }, lease.charged);
        throw new RetryableException(message, HAND_BACK_MS);
    }
  }

  /** The attempt counts: the run fails with the last one, and waits for the next otherwise. */
  private async charge(failure: AttemptFailure, attempt: Attempt): Promise<void> {
    const { journal, lease, declaration, reporter } = attempt;
    const charged = lease.charged + 1;
    if (charged >= (lease.request.attempt_limit ?? declaration.attemptLimit)) {
      return await this.fail(failure, attempt, reporter.metrics);
    }
    this.breakers.failed(attempt, failure.error);
    await journal.attemptFailed(failureOf(failure), charged);
    throw new RetryableException(failure.error, retryDelay(declaration.retryDelayMs, charged));
  }
}

function failureOf({ reason, error }: AttemptFailure): AttemptFailure {
  return { reason, error };
}
