import { table } from '../terminal/table.js';
import type { RunReport } from './run-report.js';

const MS_PER_SECOND = 1_000;

/** The lines that tell people how a run ended. */
export function reportLines({
  agent,
  status,
  attempts,
  duration_ms,
  metrics,
  result,
  error,
}: RunReport): string[] {
  const seconds = (duration_ms / MS_PER_SECOND).toFixed(duration_ms < MS_PER_SECOND ? 2 : 1);
  const tries = attempts === 1 ? '' : `, attempt ${attempts}`;
  const why = error === null ? '' : `: ${error.message}`;
  const rows = Object.entries(metrics).map(([name, value]) => [name, String(value)]);
  return [
    `${agent} ${OUTCOMES[status]} (${seconds} s${tries})${why}`,
    ...(rows.length === 0 ? [] : ['', ...table([['METRIC', 'VALUE'], ...rows])]),
    ...(result === null ? [] : ['', 'RESULT', JSON.stringify(result, undefined, 2)]),
  ];
}

const OUTCOMES = { success: 'succeeded', failed: 'failed', cancelled: 'was cancelled' } as const;
