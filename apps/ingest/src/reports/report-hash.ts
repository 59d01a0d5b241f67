import { hash } from 'node:crypto';
import type { MetricReport } from '#contracts';

/** SHA-256, in hex, of what a report says, whatever the order of its keys. */
export function reportHash({ agent_name, metrics, started_at, finished_at, error }: MetricReport): string {
  const sorted = Object.entries(metrics).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha256', JSON.stringify([agent_name, sorted, started_at, finished_at, error ?? null]), 'hex');
}
