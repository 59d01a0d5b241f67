import type { RegisteredAgent } from '#agents';
import { LeaseLostException, RetryableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { EventAppender } from '../journal/event-appender.js';
import { RunJournal } from '../journal/run-journal.js';
import type { Lease } from '../leases/lease.js';
import { AttemptMetrics } from './attempt-metrics.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import { InlineRunner } from './inline-runner.js';
import { Interruption } from './interruption.js';
import { resultProblem } from './result-problem.js';
import { retryDelay } from './retry-delay.js';

/** An attempt that is over sooner needs no `started`: its final event says everything, for half the messages. */
const QUIET_MS = 200;
const HAND_BACK_MS = 1_000;

/** Makes one attempt of a run, and says what came of it. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly inline: InlineRunner,
    private readonly appender: EventAppender,
    private readonly identity: ExecutorIdentity,
    private readonly metrics: AttemptMetrics,
  ) {}

  /**
   * Resolves when the run is decided.
   * @throws RetryableException when another attempt has to follow
   * @throws LeaseLostException when another executor has taken the run over
   */
  async run(
    { agent, declaration }: RegisteredAgent,
    lease: Lease,
    controller: AbortController,
  ): Promise<void> {
    const journal = new RunJournal(this.appender, lease, this.identity.id);
    if (lease.request.deadline !== undefined && Date.parse(lease.request.deadline) < Date.now()) {
      const error = `The run had not started by its deadline, ${lease.request.deadline}`;
      return await journal.failed({ reason: 'deadline', error });
    }
    const quiet = setTimeout(() => this.announce(journal, controller), QUIET_MS);
    const limit = setTimeout(
      () =>
        controller.abort(
          new Interruption('timeout', `The time limit of ${declaration.timeLimitMs} ms is over`),
        ),
      declaration.timeLimitMs,
    );
    const measured = this.metrics.begin(declaration.name);
    const outcome = await this.inline.run(agent, {
      requestId: lease.requestId,
      attempt: lease.attempt,
      input: lease.request.input ?? {},
      signal: controller.signal,
    });
    clearTimeout(quiet);
    clearTimeout(limit);
    measured.end(outcome);
    await this.conclude(outcome, { journal, lease, declaration });
  }

  private announce(journal: RunJournal, controller: AbortController): void {
    journal.started().catch((error: unknown) => {
      controller.abort(new Interruption('fenced', error instanceof Error ? error.message : String(error)));
    });
  }

  private async conclude(outcome: AttemptOutcome, attempt: Attempt): Promise<void> {
    if (outcome.kind === 'returned') {
      const problem = resultProblem(outcome, attempt.lease);
      return problem === undefined
        ? await attempt.journal.succeeded(outcome.metrics, outcome.result)
        : await attempt.journal.failed({ reason: 'error', error: problem });
    }
    if (outcome.kind === 'threw') {
      return await this.charge({ reason: 'error', error: outcome.error }, attempt);
    }
    const { reason, message } = outcome.interruption;
    switch (reason) {
      case 'timeout':
        return await this.charge({ reason, error: message }, attempt);
      case 'fenced':
        throw new LeaseLostException(message);
      case 'drain':
        await attempt.journal.attemptFailed({ reason, error: message }, attempt.lease.charged);
        throw new RetryableException(message, HAND_BACK_MS);
    }
  }

  /** The attempt counts: the run fails with the last one, and waits for the next otherwise. */
  private async charge(
    failure: { reason: 'error' | 'timeout'; error: string },
    { journal, lease, declaration }: Attempt,
  ): Promise<void> {
    const charged = lease.charged + 1;
    if (charged >= (lease.request.attempt_limit ?? declaration.attemptLimit)) {
      return await journal.failed(failure);
    }
    await journal.attemptFailed(failure, charged);
    throw new RetryableException(failure.error, retryDelay(declaration.retryDelayMs, charged));
  }
}

interface Attempt {
  readonly journal: RunJournal;
  readonly lease: Lease;
  readonly declaration: RegisteredAgent['declaration'];
}
