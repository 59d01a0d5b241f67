import { beforeEach, describe, expect, it } from 'vitest';
import { LaterRunPlan } from './later-run-plan.js';

const encoder = new TextEncoder();
const NOON_MS = Date.parse('2026-11-22T12:00:00Z');

function entry(key: string, run_at: string, revision = 1): Parameters<LaterRunPlan['put']>[0] {
  const run = { agent: 'one', run_at, request: { trigger: 'api', scheduled_for: run_at }, asked_at: run_at };
  return { key, value: encoder.encode(JSON.stringify(run)), revision };
}

describe('LaterRunPlan', () => {
  let plan: LaterRunPlan;
  let told: number[];

  beforeEach(() => {
    plan = new LaterRunPlan();
    told = [];
    plan.onDue((dueMs) => told.push(dueMs));
    plan.put(entry('late', '2026-11-22T11:59:59.500Z', 2));
    plan.put(entry('later', '2026-11-22T13:00:00+01:00'));
    plan.put(entry('next', '2026-11-22T12:00:01Z'));
  });

  const due = (nowMs: number): string[] => plan.dueAt(nowMs).map(({ requestId }) => requestId);

  it('knows what is due, the longest ago first, and what comes next', () => {
    expect(due(NOON_MS)).toEqual(['late', 'later']);
    expect(plan.nextAfter(NOON_MS)).toBe(NOON_MS + 1_000);
    expect(plan.nextAfter(NOON_MS + 1_000)).toBe(Infinity);
    expect(told).toEqual([NOON_MS - 500, NOON_MS, NOON_MS + 1_000]);
  });

  it('forgets what is done, unless it was stored anew', () => {
    const [late] = plan.dueAt(NOON_MS);
    plan.put(entry('late', '2026-11-22T12:30:00Z', 3));
    plan.done(late!);
    expect([plan.size, due(NOON_MS + 3_600_000)]).toEqual([3, ['later', 'next', 'late']]);
    plan.done(plan.dueAt(NOON_MS)[0]!);
    expect(due(NOON_MS + 3_600_000)).toEqual(['next', 'late']);
  });

  it('follows the bucket, and leaves out what nobody understands', () => {
    plan.remove('later');
    plan.put({ key: 'late', value: encoder.encode('{"agent":"one"}'), revision: 4 });
    expect(due(NOON_MS)).toEqual([]);
    plan.keepOnly(new Set());
    expect(plan.size).toBe(0);
  });
});
