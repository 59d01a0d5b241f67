/**
 * Why an attempt or a run failed.
 * `error`: the agent threw. `timeout`: over its time limit, and obeyed. `killed`: over its time limit, and had to be
 * killed. `crash`: its process ended. `memory`: over its memory limit. `protocol`: its process spoke what is no
 * protocol. `lost`: its executor died. `drain`: handed back on shutdown, not charged. `deadline`: not started in time.
 * `refused`: could not be run at all.
 */
export const FAILURE_REASONS = [
  'error',
  'timeout',
  'killed',
  'crash',
  'memory',
  'protocol',
  'lost',
  'drain',
  'deadline',
  'refused',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
