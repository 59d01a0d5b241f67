import { Injectable } from '@nestjs/common';
import { type KnownRun, KnownRuns } from './known-runs.js';
import { type WaitingFacts, WaitingFactFinder } from './waiting-facts.js';
import { aheadOf, isLimitReached, notBeforeReason, reasonsOf } from './waiting-reasons.js';
import type { RunWaiting, WaitingReasonView } from './waiting-reasons-view.js';
import { WaitingRuns } from './waiting-runs.js';

/** Finds out why a run does not run. */
@Injectable()
export class WaitingExplanation {
  constructor(
    private readonly known: KnownRuns,
    private readonly facts: WaitingFactFinder,
    private readonly runs: WaitingRuns,
  ) {}

  /**
   * @param id run_id or request_id
   * @throws NotFoundException, or when neither server can tell whether there is such a run
   */
  async of(id: string): Promise<RunWaiting> {
    const run = await this.known.find(id);
    const { request_id, run_id, agent, status, requested_at } = run.view;
    const answer = { request_id, run_id, agent, status, unavailable: [...run.unavailable] };
    if (status !== 'pending') {
      return { ...answer, is_waiting: false, reasons: [], ahead: null, unknown: [] };
    }
    if (run.unavailable.includes('nats')) {
      const unknown = ['Whether it still waits, and what for: that is known to NATS alone'];
      return { ...answer, is_waiting: true, reasons: [], ahead: null, unknown };
    }
    if (run.notBefore !== undefined) {
      const reasons = [notBeforeReason(run.notBefore, Date.now())];
      return { ...answer, is_waiting: true, reasons, ahead: null, unknown: [] };
    }
    const facts = await this.facts.find({ agent, requestId: request_id, requestedAt: requested_at });
    const unknown = unknownOf(facts);
    const reasons = reasonsOf(run, facts, Date.now());
    return {
      ...answer,
      unavailable: [...answer.unavailable, ...(facts.executors === undefined ? ['nats' as const] : [])],
      is_waiting: true,
      reasons: isLimitReached(facts) ? await this.withRuns(run, reasons, unknown) : reasons,
      ahead: aheadOf(facts) ?? null,
      unknown,
    };
  }

  private async withRuns(
    { view: { agent }, unavailable }: KnownRun,
    reasons: readonly WaitingReasonView[],
    unknown: string[],
  ): Promise<WaitingReasonView[]> {
    const runs = unavailable.includes('postgres') ? undefined : await this.runs.underWay(agent);
    if (runs === undefined) {
      unknown.push('By which runs the limit is reached: that is known to Postgres alone');
    }
    return reasons.map((each) =>
      each.reason === 'limit_reached' && runs !== undefined ? { ...each, runs } : each,
    );
  }
}

function unknownOf({ executors, queue, place }: WaitingFacts): string[] {
  return [
    ...(executors === undefined ? ['Which executors are alive'] : []),
    ...(queue === undefined
      ? ['How far the queue of the agent is: nobody has ever served it, or NATS did not say']
      : []),
    ...(place === undefined ? ['Where in the queue it stands'] : []),
  ];
}
