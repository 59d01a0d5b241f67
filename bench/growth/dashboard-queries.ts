import { MetricQuery } from '../../apps/ingest/src/readings/metric-query.js';
import type { GrownDatabase } from './grown-database.js';
import { AGENTS, RARE_AGENT } from './measured-agents.js';

/** A question that a dashboard or a web application asks. */
export interface DashboardQuery {
  readonly label: string;
  /** @param agent one of those that run all the time */
  ask(database: GrownDatabase, sample: Sample): Promise<unknown>;
}

/** What is asked for, another one each time. */
export interface Sample {
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
const LOGS_OF_RUN = 'SELECT * FROM agent_run_logs WHERE run_id = $1 ORDER BY attempt, line';
const METRICS_OF_LATEST_RUNS = `
  SELECT * FROM (${LATEST_RUNS.replace('50', '20')}) AS run JOIN agent_metrics AS metric ON metric.run_id = run.id`;
const METRIC_OF_DAY = `
  SELECT recorded_at, metric_value FROM agent_metrics
  WHERE agent_name = $1 AND metric_name = 'price' AND recorded_at >= now() - interval '1 hour'
  ORDER BY recorded_at DESC LIMIT 500`;
const SUMMARIES = `
  SELECT * FROM agent_daily_summaries WHERE agent_name = $1 AND day > current_date - 30 ORDER BY day`;
const METRIC_SUMMARIES = `
  SELECT * FROM agent_daily_metric_summaries WHERE agent_name = $1 AND day > current_date - 30 ORDER BY metric_name, day`;

export const DASHBOARD_QUERIES: readonly DashboardQuery[] = [
  ofAgent('latest 50 runs of an agent', LATEST_RUNS),
  { label: 'open runs', ask: (database) => database.query(OPEN_RUNS) },
  { label: 'latest 50 failed runs', ask: (database) => database.query(FAILED_RUNS) },
  ofRun('a run by its id', RUN),
  ofRun('metrics of a run', METRICS_OF_RUN),
  ofRun('logs of a run', LOGS_OF_RUN),
  ofAgent('metrics of the latest 20 runs of an agent', METRICS_OF_LATEST_RUNS),
  ofAgent('a metric of an agent in the last hour', METRIC_OF_DAY),
  page('GET /metrics', () => ({})),
  page('GET /metrics of an agent', ({ agent }) => ({ agent_name: agent })),
  page('GET /metrics of an agent by name', ({ agent }) => ({ agent_name: agent, metric_name: 'price' })),
  page('GET /metrics from a cursor', ({ metricId }) => ({ cursor: metricId })),
  page('GET /metrics of a run', ({ runId }) => ({ run_id: runId })),
  page('GET /metrics of an agent that ran long ago', () => ({ agent_name: RARE_AGENT })),
  ofAgent('daily summaries of 30 days', SUMMARIES),
  ofAgent('daily metric summaries of 30 days', METRIC_SUMMARIES),
];

/** A sample of what the database holds, by chance. */
export async function sampleOf(database: GrownDatabase): Promise<Sample> {
  const [newest] = await database.query<{ run: string; metric: string }>(
    'SELECT (SELECT max(id) FROM agent_runs) AS run, (SELECT max(id) FROM agent_metrics) AS metric',
  );
  return {
    agent: `agent_${Math.floor(Math.random() * AGENTS)}`,
    runId: Math.ceil(Math.random() * Number(newest?.run)),
    metricId: Math.ceil(Math.random() * Number(newest?.metric)),
  };
}

function ofAgent(label: string, sql: string): DashboardQuery {
  return { label, ask: (database, { agent }) => database.query(sql, [agent]) };
}

function ofRun(label: string, sql: string): DashboardQuery {
  return { label, ask: (database, { runId }) => database.query(sql, [runId]) };
}

function page(label: string, filter: (sample: Sample) => Partial<MetricQuery>): DashboardQuery {
  return {
    label,
    ask: (database, sample) => database.reader.read(Object.assign(new MetricQuery(), filter(sample))),
  };
}
