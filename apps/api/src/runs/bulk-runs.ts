import { randomUUIDv7 } from 'node:crypto';
import { assertRequestId, ContractViolation } from '#contracts';
import { encodeCursor } from '#http';
import { HttpException, Injectable, Logger } from '@nestjs/common';
import { fromNats } from '../http/in-reach.js';
import { translateError } from '../http/translate-error.js';
import type { BulkCancelRequest, BulkRetryRequest } from './bulk-requests.js';
import { BulkTable, type MeantRun } from './bulk-table.js';
import type { BulkCancellation, BulkRetry, CancelledRun, RetriedRun } from './bulk-view.js';
import { type BulkWork, workOnEach } from './bulk-work.js';
import { CancelCommand } from './cancel-command.js';
import { RunStarter } from './run-starter.js';

/** Cancels and retries many runs. */
@Injectable()
export class BulkRuns {
  private readonly logger = new Logger(BulkRuns.name);

  constructor(
    private readonly table: BulkTable,
    private readonly canceller: CancelCommand,
    private readonly starter: RunStarter,
  ) {}

  /** @throws what Postgres throws when it is away, or what NATS throws when nothing could be done */
  async cancel(request: BulkCancelRequest, by: string): Promise<BulkCancellation> {
    const choice = this.table.openRuns(request);
    const matched = await this.table.count(choice);
    if (request.dry_run === true) {
      return { matched, runs: [], next_cursor: null };
    }
    const runs = await this.table.read(choice, request.limit + 1);
    const work = await workOnEach(runs.slice(0, request.limit), async (run) => await this.cancelOne(run, by));
    return { matched, runs: outcomesOf(work), next_cursor: cursorAfter(runs, request.limit, work) };
  }

  /**
   * @param key makes the request_ids of the new runs, together with the run_ids: sent again, it adds nothing
   * @throws what Postgres throws when it is away, or what NATS throws when nothing could be done
   */
  async retry(request: BulkRetryRequest, key: string = randomUUIDv7()): Promise<BulkRetry> {
    assertRequestId(`${key}-${Number.MAX_SAFE_INTEGER}`, 'Idempotency-Key');
    const choice = this.table.overRuns(request);
    const matched = await this.table.count(choice);
    if (request.dry_run === true) {
      return { matched, runs: [], next_cursor: null };
    }
    const runs = await this.table.read(choice, request.limit + 1);
    const work = await workOnEach(runs.slice(0, request.limit), async (run) => await this.retryOne(run, key));
    return { matched, runs: outcomesOf(work), next_cursor: cursorAfter(runs, request.limit, work) };
  }

  private async cancelOne({ runId, requestId }: MeantRun, by: string): Promise<Attempted<CancelledRun>> {
    const ids = { run_id: runId, request_id: requestId };
    try {
      const { status } = await fromNats(
        `The cancellation of ${requestId}`,
        async () => await this.canceller.cancel({ request_id: requestId, by }),
      );
      return { outcome: { ...ids, status, problem: null } };
    } catch (error) {
      return { outcome: { ...ids, status: null, problem: this.problemOf(error, requestId) }, error };
    }
  }

  private async retryOne(
    { runId, requestId, agent, input }: MeantRun,
    key: string,
  ): Promise<Attempted<RetriedRun>> {
    const ids = { run_id: runId, request_id: requestId };
    try {
      const request = input === null ? {} : { input };
      const taken = await fromNats(
        `The retry of ${requestId}`,
        async () => await this.starter.start({ agent, request, key: `${key}-${runId}` }),
      );
      return { outcome: { ...ids, new_request_id: taken.requestId, problem: null } };
    } catch (error) {
      return { outcome: { ...ids, new_request_id: null, problem: this.problemOf(error, requestId) }, error };
    }
  }

  private problemOf(error: unknown, requestId: string): string {
    const translated = translateError(error);
    if (translated instanceof HttpException || translated instanceof ContractViolation) {
      return translated.message;
    }
    this.logger.error({ err: error, requestId }, 'One of many runs could not be changed');
    return 'It failed unexpectedly';
  }
}

interface Attempted<R> {
  readonly outcome: R;
  readonly error?: unknown;
}

/** @throws the first error when a server is away and nothing at all could be done */
function outcomesOf<R>({ done }: BulkWork<MeantRun, Attempted<R>>): R[] {
  const [first] = done;
  const isAway =
    first?.error !== undefined &&
    isUnavailable(first.error) &&
    done.every(({ error }) => error !== undefined);
  if (isAway) {
    throw first.error;
  }
  return done.map(({ outcome }) => outcome);
}

function isUnavailable(error: unknown): boolean {
  const translated = translateError(error);
  return translated instanceof HttpException && translated.getStatus() >= 500;
}

function cursorAfter(
  runs: readonly MeantRun[],
  limit: number,
  { stoppedAfter }: BulkWork<MeantRun, unknown>,
): string | null {
  const last = stoppedAfter ?? (runs.length > limit ? runs[limit - 1] : undefined);
  return last === undefined ? null : encodeCursor([last.runId]);
}
