import { MetricQuery } from '../../apps/ingest/src/readings/metric-query.js';
import type { GrownDatabase } from './grown-database.js';
import { AGENTS, FORMER_AGENT, RARE_AGENT } from './measured-agents.js';

/** A question that a dashboard or a web application asks. */
export interface DashboardQuery {
  /** Which query it is. */
  readonly label: string;
  ask(database: GrownDatabase, sample: Sample): Promise<unknown>;
}

/** What is asked for, another one each time. */
export interface Sample {
  /** One of the agents that run all the time. */
  readonly agent: string;
  readonly runId: number;
  readonly metricId: number;
}

const LATEST_RUNS = 'SELECT * FROM agent_runs WHERE agent_name = $1 ORDER BY started_at DESC LIMIT 50';
const OPEN_RUNS = `
  SELECT * FROM agent_runs WHERE status IN ('pending', 'running') ORDER BY requested_at LIMIT 50`;
const FAILED_RUNS = `SELECT * FROM agent_runs WHERE status = 'failed' ORDER BY id DESC LIMIT 50`;
const RUN = 'SELECT * FROM agent_runs WHERE id = $1';
const METRICS_OF_RUN = 'SELECT * FROM agent_metrics WHERE run_id = $1 ORDER BY metric_name';
const METRICS_OF_RUN_AND_TIME = `
  SELECT metric.* FROM agent_runs AS run
  JOIN agent_metrics AS metric ON metric.run_id = run.id AND metric.recorded_at = run.finished_at
  WHERE run.id = $1 ORDER BY metric_name`;
const LOGS_OF_RUN = 'SELECT * FROM agent_run_logs WHERE run_id = $1 ORDER BY attempt, line';
const METRICS_OF_LATEST_RUNS = `
  SELECT * FROM (${LATEST_RUNS.replace('50', '20')}) AS run JOIN agent_metrics AS metric ON metric.run_id = run.id`;
const METRICS_OF_LATEST_RUNS_AND_TIMES = `${METRICS_OF_LATEST_RUNS} AND metric.recorded_at = run.finished_at`;
const METRIC_OF_HOUR = `
  SELECT recorded_at, metric_value FROM agent_metrics
  WHERE agent_name = $1 AND metric_name = 'price' AND recorded_at >= now() - interval '1 hour'
  ORDER BY recorded_at DESC LIMIT 500`;
const SUMMARIES = `
  SELECT * FROM agent_daily_summaries WHERE agent_name = $1 AND day > current_date - 30 ORDER BY day`;
const METRIC_SUMMARIES = `
  SELECT * FROM agent_daily_metric_summaries WHERE agent_name = $1 AND day > current_date - 30 ORDER BY metric_name, day`;

export const DASHBOARD_QUERIES: readonly DashboardQuery[] = [
  ofAgent('runs: latest 50 of an agent', LATEST_RUNS),
  { label: 'runs: open', ask: (database) => database.query('runs: open', OPEN_RUNS) },
  {
    label: 'runs: latest 50 failed',
    ask: (database) => database.query('runs: latest 50 failed', FAILED_RUNS),
  },
  ofRun('runs: one by its id', RUN),
  ofRun('metrics: of a run, by run_id alone', METRICS_OF_RUN),
  ofRun('metrics: of a run, joined with its finished_at', METRICS_OF_RUN_AND_TIME),
  ofRun('logs: of a run, by run_id alone', LOGS_OF_RUN),
  ofAgent('metrics: of the latest 20 runs of an agent, by run_id alone', METRICS_OF_LATEST_RUNS),
  ofAgent('metrics: of the latest 20 runs, joined with finished_at', METRICS_OF_LATEST_RUNS_AND_TIMES),
  ofAgent('metrics: one of an agent in the last hour', METRIC_OF_HOUR),
  ofAgent('summaries: 30 days of an agent', SUMMARIES),
  ofAgent('summaries: 30 days of the metrics of an agent', METRIC_SUMMARIES),
  page('GET /metrics', () => ({})),
  page('GET /metrics?cursor', ({ metricId }) => ({ cursor: metricId })),
  page('GET /metrics?run_id', ({ runId }) => ({ run_id: runId })),
  page('GET /metrics?agent_name', ({ agent }) => ({ agent_name: agent })),
  page('GET /metrics?agent_name&metric_name', ({ agent }) => ({ agent_name: agent, metric_name: 'price' })),
  page('GET /metrics?agent_name, long ago and seldom', () => ({ agent_name: RARE_AGENT })),
  page('GET /metrics?agent_name, long ago and often', () => ({ agent_name: FORMER_AGENT })),
];

/** Samples of what the database holds, by chance. */
export async function samplesOf(database: GrownDatabase, count: number): Promise<Sample[]> {
  const { rows } = await database.superuser.query<{ run: string; metric: string }>(
    'SELECT (SELECT max(id) FROM agent_runs) AS run, (SELECT max(id) FROM agent_metrics) AS metric',
  );
  return Array.from({ length: count }, () => ({
    agent: `agent_${Math.floor(Math.random() * AGENTS)}`,
    runId: Math.ceil(Math.random() * Number(rows[0]?.run)),
    metricId: Math.ceil(Math.random() * Number(rows[0]?.metric)),
  }));
}

function ofAgent(label: string, sql: string): DashboardQuery {
  return { label, ask: (database, { agent }) => database.query(label, sql, [agent]) };
}

function ofRun(label: string, sql: string): DashboardQuery {
  return { label, ask: (database, { runId }) => database.query(label, sql, [runId]) };
}

function page(label: string, filter: (sample: Sample) => Partial<MetricQuery>): DashboardQuery {
  return {
    label,
    ask: (database, sample) => database.reader.read(Object.assign(new MetricQuery(), filter(sample))),
  };
}
