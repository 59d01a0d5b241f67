import { DEAD_LETTERS, type FinalRunEvent, isFinal } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, vi } from 'vitest';
import type { Platform } from './platform.js';
import { type StoredEvent, storedEvents } from './stored-events.js';

const RUN_SUMMARY_DIFFERENCES = `
  SELECT * FROM (
    SELECT agent_name, day, runs_success, runs_failed, runs_cancelled,
      duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
    FROM agent_daily_summaries
  ) AS kept
  FULL JOIN (
    SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date AS day,
      count(*) FILTER (WHERE status = 'success') AS success,
      count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
      count(ms) AS durations, coalesce(sum(ms), 0) AS ms_sum, min(ms) AS ms_min, max(ms) AS ms_max
    FROM agent_runs, LATERAL (SELECT extract(epoch FROM finished_at - started_at) * 1000) AS taken (ms)
    WHERE finished_at IS NOT NULL
    GROUP BY 1, 2
  ) AS counted USING (agent_name, day)
  WHERE (runs_success, runs_failed, runs_cancelled, duration_count, duration_ms_sum, duration_ms_min, duration_ms_max)
    IS DISTINCT FROM (success, failed, cancelled, durations, ms_sum, ms_min, ms_max)`;

const METRIC_SUMMARY_DIFFERENCES = `
  SELECT * FROM agent_daily_metric_summaries AS kept
  FULL JOIN (
    SELECT agent_name, metric_name, (recorded_at AT TIME ZONE 'UTC')::date AS day,
      count(*) AS values, sum(metric_value) AS total, min(metric_value) AS least, max(metric_value) AS most
    FROM agent_metrics WHERE metric_value IS NOT NULL
    GROUP BY 1, 2, 3
  ) AS counted USING (agent_name, metric_name, day)
  WHERE (kept.count, kept.sum, kept.min, kept.max) IS DISTINCT FROM (values, total, least, most)`;

interface StoredRun {
  readonly request_id: string;
  readonly status: string;
  readonly attempt: number;
}

/**
 * Holds what is stored against what was asked for: each request has one row with a final status and one final event,
 * the rows say what the events say, each metric is there once, and the summaries are what the rows add up to.
 * @param requestIds every request that was published, and nothing else
 */
export async function checkLedger(
  platform: Platform,
  requestIds: readonly string[],
  timeoutMs = 10_000,
): Promise<void> {
  await vi.waitFor(async () => expect(await unfinished(platform, requestIds)).toEqual([]), {
    timeout: timeoutMs,
    interval: 50,
  });
  const runs = await platform.query<StoredRun>('SELECT request_id, status, attempt FROM agent_runs');
  expect(runs.map(({ request_id }) => request_id).toSorted()).toEqual(requestIds.toSorted());
  const events = withoutRepetitions(await storedEvents(await platform.nats()));
  checkFinals(events, runs);
  await checkAttempts(platform, events);
  await checkMetrics(platform, events);
  expect(await platform.query(RUN_SUMMARY_DIFFERENCES)).toEqual([]);
  expect(await platform.query(METRIC_SUMMARY_DIFFERENCES)).toEqual([]);
  expect(await platform.query('SELECT subject, reason FROM dead_letters')).toEqual([]);
  const manager = await jetstreamManager(await platform.nats());
  expect((await manager.streams.info(DEAD_LETTERS)).state.messages).toBe(0);
}

async function unfinished(platform: Platform, requestIds: readonly string[]): Promise<string[]> {
  const rows = await platform.query<{ id: string }>(
    `SELECT asked.request_id AS id FROM unnest($1::text[]) AS asked (request_id)
     WHERE NOT EXISTS (SELECT FROM agent_runs AS run WHERE run.request_id = asked.request_id AND finished_at IS NOT NULL) LIMIT 20`,
    [requestIds],
  );
  return rows.map(({ id }) => id);
}

/** A pack whose acknowledgement got lost is sent again as single events: that says nothing new. */
function withoutRepetitions(events: readonly StoredEvent[]): StoredEvent[] {
  return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

/** One final event per run, after which nothing comes, and the row of the run says the same. */
function checkFinals(events: readonly StoredEvent[], runs: readonly StoredRun[]): void {
  const finals = events.filter(isFinal);
  const last = new Map(events.map((event) => [event.request_id, event]));
  const said = finals.map((event) => ({
    request_id: event.request_id,
    status: event.type === 'cancelled' ? 'cancelled' : hasSucceeded(event) ? 'success' : 'failed',
    attempt: event.attempt,
  }));
  expect(said.toSorted(byRequest)).toEqual(runs.toSorted(byRequest));
  expect(finals.filter((event) => last.get(event.request_id) !== event)).toEqual([]);
}

function hasSucceeded(event: FinalRunEvent): boolean {
  return event.type === 'succeeded' || (event.type === 'reported' && typeof event.error !== 'string');
}

async function checkAttempts(platform: Platform, events: readonly StoredEvent[]): Promise<void> {
  const rows = await platform.query<{ request_id: string; attempt: number; reason: string }>(
    `SELECT request_id, ended.attempt, reason
     FROM agent_run_attempts AS ended JOIN agent_runs AS run ON run.id = ended.run_id`,
  );
  const said = events
    .filter((event) => event.type === 'attempt_failed')
    .map(({ request_id, attempt, reason }) => ({ request_id, attempt, reason }));
  expect(rows.toSorted(byRequest)).toEqual(said.toSorted(byRequest));
}

/** Each metric of a final event is one row, and there are no others. */
async function checkMetrics(platform: Platform, events: readonly StoredEvent[]): Promise<void> {
  const rows = await platform.query<{ line: string }>(
    `SELECT concat_ws(' ', request_id, metric_name, coalesce(trim_scale(metric_value)::text, metric_text)) AS line
     FROM agent_metrics AS metric JOIN agent_runs AS run ON run.id = metric.run_id`,
  );
  const said = events
    .filter(isFinal)
    .flatMap(({ request_id, metrics }) =>
      Object.entries(metrics).map(([name, value]) => `${request_id} ${name} ${shown(value)}`),
    );
  expect(rows.map(({ line }) => line).toSorted()).toEqual(said.toSorted());
}

function shown(value: number | boolean | string): string {
  return String(typeof value === 'boolean' ? Number(value) : value);
}

function byRequest(
  one: { request_id: string; attempt: number },
  other: { request_id: string; attempt: number },
): number {
  return one.request_id === other.request_id
    ? one.attempt - other.attempt
    : one.request_id < other.request_id
      ? -1
      : 1;
}
