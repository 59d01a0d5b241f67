import type { MetricValues, NotificationRule } from '#contracts';
import type { Streak } from '../streaks/streak.js';
import { type FinishedRun, hasFailed } from './finished-run.js';
import type { Notice } from './notice.js';
import { topResults } from './top-results.js';

const MAX_ERROR_CHARACTERS = 4_000;
const MAX_METRICS = 50;
const MAX_METRIC_CHARACTERS = 500;

/** What a rule has to say about a run. */
export function composeNotice(event: FinishedRun, rule: NotificationRule, streak: Streak): Notice {
  const { agent, request_id, attempt, started_at, finished_at, origin } = event;
  const failed = hasFailed(event);
  return {
    agent,
    request_id,
    rule: rule.name,
    occasion: rule.on,
    status: failed ? 'failed' : 'success',
    attempt,
    ...(origin.schedule !== undefined && { schedule: origin.schedule }),
    ...(event.type === 'failed' && { reason: event.reason }),
    ...(failed && 'error' in event && { error: shortened(event.error ?? '', MAX_ERROR_CHARACTERS) }),
    ...(started_at !== undefined && {
      started_at,
      duration_ms: Math.max(0, Date.parse(finished_at) - Date.parse(started_at)),
    }),
    finished_at,
    failures_in_a_row: failed ? streak.failures : streak.failuresBefore,
    metrics: firstMetrics(event.metrics),
    ...(event.type === 'succeeded' && { results: topResults(event.result, rule) }),
  };
}

function firstMetrics(metrics: MetricValues): MetricValues {
  const first = Object.entries(metrics).slice(0, MAX_METRICS);
  return Object.fromEntries(
    first.map(([name, value]) => [
      name,
      typeof value === 'string' ? shortened(value, MAX_METRIC_CHARACTERS) : value,
    ]),
  );
}

/** Half of a surrogate pair, where the cut goes through one, could not be encoded. */
function shortened(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters).toWellFormed()}…` : text;
}
