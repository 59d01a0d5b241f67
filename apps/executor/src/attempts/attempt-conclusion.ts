import type { MetricValues } from '#contracts';
import { LeaseLostException, RetryableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { AttemptFailure } from '../journal/run-journal.js';
import type { Attempt } from './attempt.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { Interruption } from './interruption.js';
import { outputProblem } from './output-problem.js';
import { retryDelay } from './retry-delay.js';

const HAND_BACK_MS = 1_000;

/** Writes down how an attempt ended, and decides what follows. */
@Injectable()
export class AttemptConclusion {
  /**
   * Resolves when the run is decided.
   * @throws RetryableException when another attempt has to follow
   * @throws LeaseLostException when another executor has taken the run over
   */
  async conclude(outcome: AttemptOutcome, attempt: Attempt): Promise<void> {
    switch (outcome.kind) {
      case 'returned':
        return await this.succeed(
          { ...attempt.reporter.metrics, ...outcome.metrics },
          outcome.result,
          attempt,
        );
      case 'failed':
        return outcome.isRetryable
          ? await this.charge(outcome, attempt)
          : await attempt.journal.failed(failureOf(outcome), attempt.reporter.metrics);
      case 'interrupted':
        return await this.interrupt(outcome.interruption, attempt);
    }
  }

  private async succeed(metrics: MetricValues, result: unknown, { journal, lease }: Attempt): Promise<void> {
    const problem = outputProblem(metrics, result, lease.origin);
    return problem === undefined
      ? await journal.succeeded(metrics, result)
      : await journal.failed({ reason: 'error', error: problem }, {});
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
  private async charge(
    failure: AttemptFailure,
    { journal, lease, declaration, reporter }: Attempt,
  ): Promise<void> {
    const charged = lease.charged + 1;
    if (charged >= (lease.request.attempt_limit ?? declaration.attemptLimit)) {
      return await journal.failed(failureOf(failure), reporter.metrics);
    }
    await journal.attemptFailed(failureOf(failure), charged);
    throw new RetryableException(failure.error, retryDelay(declaration.retryDelayMs, charged));
  }
}

function failureOf({ reason, error }: AttemptFailure): AttemptFailure {
  return { reason, error };
}
