import type { Platform } from '../support/platform.js';

const BY_RUN = `run_id = r.id`;

/** Everything that is stored, without what depends on when it was written. */
const CONTENT = {
  runs: `SELECT to_jsonb(r) - 'id' - 'stored_at' AS row FROM agent_runs r ORDER BY request_id`,
  metrics: `SELECT to_jsonb(m) - 'id' - 'run_id' || jsonb_build_object('request_id', request_id) AS row
    FROM agent_metrics m JOIN agent_runs r ON ${BY_RUN} ORDER BY request_id, metric_name`,
  attempts: `SELECT to_jsonb(a) - 'run_id' || jsonb_build_object('request_id', request_id) AS row
    FROM agent_run_attempts a JOIN agent_runs r ON ${BY_RUN} ORDER BY request_id, a.attempt`,
  logs: `SELECT to_jsonb(l) - 'id' - 'run_id' || jsonb_build_object('request_id', request_id) AS row
    FROM agent_run_logs l JOIN agent_runs r ON ${BY_RUN} ORDER BY request_id, l.attempt, line`,
  summaries: `SELECT to_jsonb(s) AS row FROM agent_daily_summaries s
    WHERE runs_success + runs_failed + runs_cancelled > 0 ORDER BY agent_name, day`,
  metric_summaries: `SELECT to_jsonb(s) AS row FROM agent_daily_metric_summaries s
    WHERE count > 0 ORDER BY agent_name, metric_name, day`,
  dead_letters: `SELECT to_jsonb(d) - 'id' AS row FROM dead_letters d ORDER BY stream, sequence`,
};

export type StoredContent = Record<keyof typeof CONTENT, readonly object[]>;

export async function storedContent(platform: Platform): Promise<StoredContent> {
  const entries = Object.entries(CONTENT).map(async ([name, sql]) => {
    const rows = await platform.query<{ row: object }>(sql);
    return [name, rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as unknown as StoredContent;
}

/** Empties every table that events are written to. */
export async function truncateAll(platform: Platform): Promise<void> {
  await platform.query(
    `TRUNCATE agent_runs, agent_metrics, agent_run_attempts, agent_run_logs, agent_daily_summaries,
      agent_daily_metric_summaries, dead_letters`,
  );
}
