import type { RunStatus } from '#database';

/** Whether nothing changes the run any more. */
export function isFinalStatus(status: RunStatus): boolean {
  return status === 'success' || status === 'failed' || status === 'cancelled';
}
