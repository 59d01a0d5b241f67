import type { LedgerEntry, LedgerFire, ScheduleDefinition } from '#contracts';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { Decision, ON_TIME_MS } from './decision.js';
import { type DueFires, dueFires, type FoldedFires } from './due-fires.js';
import type { RunState } from './run-state.js';

/** An entry of the ledger, but for who makes it. */
export type DecidedEntry = Omit<LedgerEntry, 'decided_by'>;

const AWAY = 'schedulers or NATS were away';

/**
 * What is to be noted of a schedule now: what becomes of its due fires, of those that wait, and which rule holds.
 * Nothing when all is as the ledger has it. Follows from its arguments alone.
 * @param runBefore of the last fire that the ledger names; `over` when it names none
 */
export function decide(
  schedule: PlannedSchedule,
  nowMs: number,
  runBefore: RunState,
): DecidedEntry | undefined {
  const { definition, isPaused, isGone, hasNewRule, position } = schedule;
  const { ranges, decidedMs } = schedule.dueAt(nowMs);
  const due = dueFires(ranges);
  const decision = new Decision(
    {
      definition,
      isPaused,
      nowMs,
      runBefore,
      lastRequestId: position?.entry.last_request_id,
      lastFiredAt: position?.entry.last_fired_at,
    },
    schedule.queued,
  );
  const folded = settle(decision, due, { definition, isPaused, isGone, nowMs });
  if (decision.fires.length === 0 && folded === undefined && !hasNewRule) {
    return undefined;
  }
  const { lastRequestId, lastFiredAt, queue } = decision;
  return {
    agent: definition.agent,
    schedule: definition.name,
    fires: folded === undefined ? decision.fires : [foldedRow(folded, isPaused), ...decision.fires],
    until: iso(Math.max(decidedMs, due.instants.at(-1) ?? -Infinity)),
    ...(schedule.timing !== undefined && { timing: schedule.timing }),
    ...(lastRequestId !== undefined && { last_request_id: lastRequestId }),
    ...(lastFiredAt !== undefined && { last_fired_at: lastFiredAt }),
    ...(queue.length > 0 && { queued: queue }),
    decided_at: iso(nowMs),
  };
}

interface Circumstances {
  readonly definition: ScheduleDefinition;
  readonly isPaused: boolean;
  readonly isGone: boolean;
  readonly nowMs: number;
}

/** @returns the fires that get one row together */
function settle(
  decision: Decision,
  due: DueFires,
  { definition, isPaused, isGone, nowMs }: Circumstances,
): FoldedFires | undefined {
  if (isPaused) {
    due.instants.forEach((each) => decision.leaveOut(each, 'paused'));
  } else {
    decision.releaseQueued();
    const { madeUpFor, missed } = sort(due.instants, definition, nowMs);
    missed.forEach((each) =>
      decision.leaveOut(each, 'missed', `${AWAY}; missed_fires is ${definition.missed_fires}`),
    );
    madeUpFor.forEach((each) => decision.meet(each));
  }
  if (isGone) {
    decision.dropQueued();
  }
  return due.folded;
}

/** Which of the due fires still run. Those on time always do. */
function sort(
  instants: readonly number[],
  { missed_fires, missed_window_ms, missed_max }: ScheduleDefinition,
  nowMs: number,
): { madeUpFor: readonly number[]; missed: readonly number[] } {
  const firstOnTime = instants.findIndex((each) => nowMs - each <= ON_TIME_MS);
  const lateCount = firstOnTime === -1 ? instants.length : firstOnTime;
  const late = instants.slice(0, lateCount);
  const mayStill = late.filter((each) => nowMs - each <= missed_window_ms);
  const kept = { skip: 0, last: firstOnTime === -1 ? 1 : 0, all: missed_max }[missed_fires];
  const rescued = kept === 0 ? 0 : Math.min(kept, mayStill.length);
  const cut = lateCount - rescued;
  return { madeUpFor: instants.slice(cut), missed: instants.slice(0, cut) };
}

function foldedRow({ firstMs, lastMs, count }: FoldedFires, isPaused: boolean): LedgerFire {
  return {
    scheduled_for: iso(firstMs),
    outcome: isPaused ? 'paused' : 'missed',
    reason: isPaused ? 'one row of many fires' : `${AWAY}; one row of many fires`,
    fires: count,
    scheduled_until: iso(lastMs),
  };
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
