import { ContractViolation, LaterRun, MAX_LATER_DAYS, type RunPriority, type RunRequest } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { Injectable, NotFoundException } from '@nestjs/common';
import { fromNats } from '../http/in-reach.js';
import { LaterRunStore } from '../later-runs/later-run-store.js';
import { KnownRuns } from './known-runs.js';

const DAY_MS = 86_400_000;
const LARGEST_INPUT_BYTES = 64 * 1_024;

/** A run that is to begin at an instant. */
export interface LaterStart {
  readonly requestId: string;
  /** Nobody else can have the id. */
  readonly isNewId: boolean;
  readonly agent: string;
  readonly priority: RunPriority;
  /** With `scheduled_for`: the instant. */
  readonly request: RunRequest;
  readonly by?: string | undefined;
}

/** Keeps runs that begin later until their instant, when schedulers ask for them. */
@Injectable()
export class LaterStarts {
  constructor(
    private readonly store: LaterRunStore,
    private readonly known: KnownRuns,
  ) {}

  /**
   * @returns `stored`, `repeated` when that same run had been asked for before, `due` when its instant has come and
   *   nobody knows it
   * @throws ContractViolation when it is too far ahead or too large, or its id stands for another run
   * @throws BrokerUnavailableException when nothing is kept
   */
  async take(start: LaterStart): Promise<'stored' | 'repeated' | 'due'> {
    const nowMs = Date.now();
    const runAtMs = Date.parse(start.request.scheduled_for ?? '');
    refuseUnusable(start, runAtMs, nowMs);
    if (!start.isNewId && ((await this.isWaiting(start)) || (await this.isKnown(start, runAtMs)))) {
      return 'repeated';
    }
    if (runAtMs <= nowMs) {
      return 'due';
    }
    const run = Object.assign(new LaterRun(), {
      agent: start.agent,
      run_at: start.request.scheduled_for,
      priority: start.priority,
      request: start.request,
      asked_at: new Date(nowMs).toISOString(),
      ...(start.by !== undefined && { asked_by: start.by }),
    });
    const isCreated = await fromNats('The run', async () => await this.store.create(start.requestId, run));
    if (!isCreated && !(await this.isWaiting(start))) {
      throw anotherRun(); // it has begun or was cancelled just now, and was not known a moment ago
    }
    return isCreated ? 'stored' : 'repeated';
  }

  /**
   * For a run that begins at once: the broker does not know ids of runs that wait here.
   * @throws ContractViolation when one waits under this id
   */
  async refuseWaiting(requestId: string): Promise<void> {
    if ((await fromNats('The run', async () => await this.store.find(requestId))) !== undefined) {
      throw anotherRun();
    }
  }

  /** @throws ContractViolation when another run waits under this id */
  private async isWaiting({ requestId, agent, priority, request }: LaterStart): Promise<boolean> {
    const found = await fromNats('The run', async () => await this.store.find(requestId));
    if (found === undefined) {
      return false;
    }
    const isSame =
      found.agent === agent &&
      found.priority === priority &&
      JSON.stringify(found.request) === JSON.stringify(request);
    if (!isSame) {
      throw anotherRun();
    }
    return true;
  }

  /**
   * Whether it has begun, or was cancelled before. What only Postgres knows counts as unknown while it is away.
   * @throws ContractViolation when the id stands for another run
   */
  private async isKnown({ requestId, agent }: LaterStart, runAtMs: number): Promise<boolean> {
    try {
      const { view } = await this.known.find(requestId);
      if (view.request_id !== requestId) {
        return false; // found by its run_id
      }
      if (view.agent !== agent || Date.parse(view.scheduled_for ?? '') !== runAtMs) {
        throw anotherRun();
      }
      return true;
    } catch (error) {
      if (error instanceof NotFoundException || isDatabaseUnavailable(error)) {
        return false;
      }
      throw error;
    }
  }
}

function anotherRun(): ContractViolation {
  const message = 'Idempotency-Key was used for another run';
  return new ContractViolation([{ field: 'Idempotency-Key', message }]);
}

function refuse(field: string, requirement: string): never {
  throw new ContractViolation([{ field, message: `${field} ${requirement}` }]);
}

/** @throws ContractViolation */
function refuseUnusable({ request }: LaterStart, runAtMs: number, nowMs: number): void {
  if (runAtMs > nowMs + MAX_LATER_DAYS * DAY_MS) {
    refuse('run_at', `must be at most ${MAX_LATER_DAYS} days ahead`);
  }
  if (request.deadline !== undefined && Date.parse(request.deadline) <= runAtMs) {
    refuse('deadline', 'must be after run_at');
  }
  if (runAtMs > nowMs && Buffer.byteLength(JSON.stringify(request.input ?? {})) > LARGEST_INPUT_BYTES) {
    refuse('input', `must be at most ${LARGEST_INPUT_BYTES} bytes of JSON when run_at is given`);
  }
}
