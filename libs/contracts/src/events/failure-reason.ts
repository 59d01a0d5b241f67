/**
 * Why an attempt or a run failed.
 * `error`: the agent threw. `timeout`: over its time limit. `lost`: its executor died. `drain`: handed back on
 * shutdown, not charged. `deadline`: not started in time. `refused`: could not be run at all.
 */
export const FAILURE_REASONS = ['error', 'timeout', 'lost', 'drain', 'deadline', 'refused'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
