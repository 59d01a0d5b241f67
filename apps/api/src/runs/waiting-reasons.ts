import type { AttemptFailed } from '#contracts';
import { retryDelay } from '#running';
import type { KnownRun } from './known-runs.js';
import type { WaitingFacts } from './waiting-facts.js';
import { aheadOf as aheadInLane } from './waiting-place.js';
import type { WaitingReason, WaitingReasonView } from './waiting-reasons-view.js';

/** Of an attempt that was handed back. */
const HAND_BACK_MS = 1_000;

/** What is in the way of a run that waits, by what is known. */
export function reasonsOf(run: KnownRun, facts: WaitingFacts, nowMs: number): WaitingReasonView[] {
  const reasons = [
    ...noExecutor(facts),
    ...notAllowed(facts, nowMs),
    ...(isGivenOut(facts) ? givenOut(run, facts) : inLine(facts)),
  ];
  const isKnown = laneOf(facts) !== undefined && facts.place !== undefined && facts.executors !== undefined;
  return reasons.length === 0 && isKnown
    ? [reason('next', 'Nothing is in its way: it begins at any moment')]
    : reasons;
}

/** Of a run that is to begin later, and that nobody has asked for yet. */
export function notBeforeReason(runAt: string, nowMs: number): WaitingReasonView {
  return Date.parse(runAt) > nowMs
    ? reason('run_at', 'It is to begin at that instant', runAt)
    : reason('run_at', `It was to begin at ${runAt}, and no scheduler has asked for it yet`);
}

function reason(kind: WaitingReason, detail: string, until: string | null = null): WaitingReasonView {
  return { reason: kind, detail, until, runs: null };
}

function noExecutor({ executors, retryDelayMs }: WaitingFacts): WaitingReasonView[] {
  if (executors === undefined || executors.length > 0) {
    return [];
  }
  const detail =
    retryDelayMs === undefined
      ? 'No executor has ever declared the agent, or its executors have withdrawn it'
      : 'No executor that serves the agent is alive';
  return [reason('no_executor', detail)];
}

function notAllowed({ standing: { pause, breaker } }: WaitingFacts, nowMs: number): WaitingReasonView[] {
  const reasons: WaitingReasonView[] = [];
  if (pause !== undefined) {
    const by = pause.by === undefined ? '' : ` by ${pause.by}`;
    const why = pause.reason === undefined ? '' : `: ${pause.reason}`;
    reasons.push(reason('agent_paused', `The agent is paused${by}${why}`));
  }
  if (breaker !== undefined) {
    const isOpen = Date.parse(breaker.open_until) > nowMs;
    const then = isOpen ? 'nothing is run for a while' : 'one run at a time is tried';
    const detail = `${breaker.failures} attempts in a row have failed, so ${then}: ${breaker.last_error}`;
    reasons.push(reason('breaker_open', detail, isOpen ? breaker.open_until : null));
  }
  return reasons;
}

/** The consumer that gives the request out. */
function laneOf({ queue, urgentQueue, place }: WaitingFacts): WaitingFacts['queue'] {
  return place?.priority === 'high' ? urgentQueue : queue;
}

function isGivenOut(facts: WaitingFacts): boolean {
  const lane = laneOf(facts);
  return lane !== undefined && facts.place !== undefined && aheadInLane(facts.place, lane) === undefined;
}

/** How many requests go before it: of high priority all, if it is none itself. Nothing when that is not known. */
export function aheadOf(facts: WaitingFacts): number | undefined {
  const lane = laneOf(facts);
  if (lane === undefined || facts.place === undefined) {
    return undefined;
  }
  const inLane = aheadInLane(facts.place, lane);
  return inLane === undefined ? 0 : inLane + overtaking(facts);
}

function overtaking({ place, urgentQueue }: WaitingFacts): number {
  return place?.priority === 'normal' ? (urgentQueue?.num_pending ?? 0) : 0;
}

/** It counts as under way for the broker, though it does not run. */
function givenOut({ events }: KnownRun, { retryDelayMs }: WaitingFacts): WaitingReasonView[] {
  const last = events.at(-1)?.event;
  if (last?.type !== 'attempt_failed') {
    const detail =
      'An executor was given it and has said nothing of it yet, or runs requests of high priority first; ' +
      'if it is lost, another one gets it in seconds';
    return [reason('handed_over', detail)];
  }
  const detail =
    last.reason === 'drain'
      ? `Attempt ${last.attempt} was handed back, and the next one follows: ${last.error}`
      : `Attempt ${last.attempt} has failed, and the next one waits a while: ${last.error}`;
  return [reason('waits_for_retry', detail, retryAt(last, retryDelayMs))];
}

function retryAt({ reason: why, finished_at, charged }: AttemptFailed, firstMs?: number): string | null {
  if (why === 'lost' || (firstMs === undefined && why !== 'drain')) {
    return null;
  }
  const delayMs = why === 'drain' ? HAND_BACK_MS : retryDelay(firstMs ?? 0, Math.max(1, charged), 1);
  return new Date(Date.parse(finished_at) + delayMs).toISOString();
}

function inLine(facts: WaitingFacts): WaitingReasonView[] {
  const { queue, executors = [] } = facts;
  const reasons: WaitingReasonView[] = [];
  if (isLimitReached(facts)) {
    const limit = queue?.config.max_ack_pending;
    reasons.push(reason('limit_reached', `${limit} runs of the agent are under way or wait for a retry`));
  }
  if (executors.length > 0 && executors.every(({ held_runs, concurrency }) => held_runs >= concurrency)) {
    const names = executors.map(({ id }) => id).join(', ');
    reasons.push(reason('executors_busy', `Every executor that serves the agent is full: ${names}`));
  }
  const ahead = aheadOf(facts) ?? 0;
  if (ahead > 0) {
    const urgent = overtaking(facts);
    const which = urgent > 0 ? `, ${urgent} of them with high priority` : '';
    reasons.push(reason('behind_others', `${ahead} requests for the agent are before it${which}`));
  }
  return reasons;
}

/** Whether the broker gives out no more of the agent's requests. */
export function isLimitReached({ queue }: WaitingFacts): boolean {
  return queue !== undefined && queue.num_ack_pending >= (queue.config.max_ack_pending ?? Infinity);
}
