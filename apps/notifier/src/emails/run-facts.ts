import type { MetricValue } from '#contracts';
import type { Notice } from '../notices/notice.js';
import { oneLine } from './plain.js';

const MAX_CHARACTERS = 300;

/** What everybody wants to know of a run, as names and values. */
export function runFacts(notice: Notice): [string, string][] {
  const { agent, request_id, schedule, status, attempt, started_at, finished_at, duration_ms } = notice;
  const facts: [string, string | undefined][] = [
    ['Agent', agent],
    ['Run', request_id],
    ['Schedule', schedule],
    ['Status', status],
    ['Attempt', attempt > 1 ? String(attempt) : undefined],
    ['Started', started_at && readable(started_at)],
    ['Finished', readable(finished_at)],
    ['Duration', duration_ms === undefined ? undefined : readableDuration(duration_ms)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

export function metricFacts({ metrics }: Notice): [string, string][] {
  return Object.entries(metrics).map(([name, value]) => [
    oneLine(name, MAX_CHARACTERS),
    oneLine(readableMetric(value), MAX_CHARACTERS),
  ]);
}

/** UTC, without fractions of a second. */
function readable(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function readableDuration(milliseconds: number): string {
  if (milliseconds < 1_000) {
    return `${milliseconds} ms`;
  }
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) {
    return `${(milliseconds / 1_000).toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function readableMetric(value: MetricValue): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
