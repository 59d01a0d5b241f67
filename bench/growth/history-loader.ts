import { Client } from 'pg';
import type { ProgressBar } from '../support/progress-bar.js';
import { AGENTS, FORMER_AGENT, METRICS, RARE_AGENT, RARE_RUNS } from './measured-agents.js';

const DAY_MS = 86_400_000;
/** Runs of one statement: few, because those of several connections get mixed on disk, as by ingest. */
const CHUNK = 2_000;
/** A number of a run is its id times this. */
const FACTOR = 0.37;
/** Agents that have not run for long ran in the first tenth of the history. */
const TENTH = 10;

/** A past to be filled in. */
interface History {
  readonly runs: number;
  readonly days: number;
}

/**
 * Runs `$1` to `$2` of `$3`, spread evenly over the time from `$4` to `$5`, one in twenty failed. In the first tenth, one
 * in `$6` is of the rare agent, and those of the last of the others are of the former one. Ids are given out as by ingest.
 */
const NUMBERED = `
  SELECT number, $4::timestamptz + ($5::timestamptz - $4::timestamptz) * (number::float8 / $3) AS at,
    CASE WHEN number % $6 = 0 AND number <= $3 / ${TENTH} THEN '${RARE_AGENT}'
      WHEN number % ${AGENTS} = ${AGENTS} - 1 AND number <= $3 / ${TENTH} THEN '${FORMER_AGENT}'
      ELSE 'agent_' || number % ${AGENTS} END AS agent,
    CASE WHEN number % 20 = 0 THEN 'failed' ELSE 'success' END AS status
  FROM generate_series($1::bigint, $2::bigint) AS number`;

const LOAD_RUNS = `
  INSERT INTO agent_runs (
    id, request_id, agent_name, status, trigger, requested_at, started_at, finished_at, attempt, input, executor, stored_at
  )
  SELECT number, 'history-' || number, agent, status, 'message', at - interval '3 ms', at - interval '2 ms', at, 1, '{}',
    'executor-1', at
  FROM (${NUMBERED}) AS run`;

const LOAD_METRICS = `
  INSERT INTO agent_metrics (id, run_id, agent_name, metric_name, metric_value, metric_text, recorded_at)
  SELECT (number - 1) * ${METRICS.length} + place, number, agent, name,
    CASE WHEN name <> 'label' THEN number * ${FACTOR} END, CASE WHEN name = 'label' THEN 'ok' END, at
  FROM (${NUMBERED}) AS run, unnest('{${METRICS.join(',')}}'::text[]) WITH ORDINALITY AS metric (name, place)`;

/** One run in ten has two lines. */
const LOAD_LOGS = `
  INSERT INTO agent_run_logs (id, run_id, attempt, line, at, level, message)
  SELECT number / 5 - 1 + line, number, 1, line, at, 'info', 'a line of a log that says what was done'
  FROM (${NUMBERED}) AS run, generate_series(0, 1) AS line
  WHERE number % 10 = 0`;

const LOAD_SUMMARIES = `
  INSERT INTO agent_daily_summaries (agent_name, day, runs_success, runs_failed, duration_count, duration_ms_sum,
    duration_ms_min, duration_ms_max)
  SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE status = 'success'),
    count(*) FILTER (WHERE status = 'failed'), count(*), 2 * count(*), 2, 2
  FROM agent_runs GROUP BY 1, 2`;

/** From the runs, of which all numbers are: a fifth of the rows. */
const LOAD_METRIC_SUMMARIES = `
  INSERT INTO agent_daily_metric_summaries (agent_name, metric_name, day, count, sum, min, max)
  SELECT agent_name, name, day, count, sum, min, max
  FROM (
    SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date AS day, count(*) AS count, sum(id * ${FACTOR}) AS sum,
      min(id * ${FACTOR}) AS min, max(id * ${FACTOR}) AS max
    FROM agent_runs GROUP BY 1, 2
  ) AS summary, unnest('{${METRICS.join(',')}}'::text[]) AS name
  WHERE name <> 'label'`;

/** Built once all rows are there: much faster than row by row. */
const KEYS_OF_METRICS = `
  SELECT format('ALTER TABLE agent_metrics DROP CONSTRAINT %I', conname) AS drop,
    format('ALTER TABLE agent_metrics ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS add
  FROM pg_constraint WHERE conrelid = 'agent_metrics'::regclass AND contype IN ('p', 'u')`;

const FINISH = [
  ...['agent_runs', 'agent_metrics', 'agent_run_logs'].map(
    (table) => `SELECT setval('${table}_id_seq', (SELECT max(id) FROM ${table}))`,
  ),
  LOAD_SUMMARIES,
  LOAD_METRIC_SUMMARIES,
  'VACUUM ANALYZE',
  'CHECKPOINT',
];

/** Fills a database with a past, in SQL: much faster than it came about. */
export class HistoryLoader {
  constructor(
    /** As the superuser, who may leave foreign keys unchecked. */
    private readonly url: string,
    private readonly progress: ProgressBar,
  ) {}

  /** @throws what `pg` throws */
  async load({ runs, days }: History): Promise<void> {
    const clients = await Promise.all([loading(this.url), loading(this.url)]);
    try {
      await this.loadWith(clients, runs, days);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  }

  private async loadWith(clients: readonly [Client, Client], runs: number, days: number): Promise<void> {
    const until = Date.now() - 60_000;
    const from = until - days * DAY_MS;
    const [client] = clients;
    await makePartitions(client, from, until);
    const { rows: keys } = await client.query<{ drop: string; add: string }>(KEYS_OF_METRICS);
    for (const { drop } of keys) {
      await client.query(drop);
    }
    const rareEvery = Math.max(1, Math.floor(runs / TENTH / RARE_RUNS));
    await this.loadRows(clients, [runs, new Date(from), new Date(until), rareEvery]);
    const steps = [...keys.map(({ add }) => add), ...FINISH];
    for (const [done, step] of steps.entries()) {
      this.progress.show('indexes and summaries', done, steps.length);
      await client.query(step);
    }
    this.progress.show('indexes and summaries', steps.length, steps.length);
  }

  private async loadRows(
    clients: readonly Client[],
    history: readonly [runs: number, ...unknown[]],
  ): Promise<void> {
    const [runs] = history;
    let next = 1;
    await Promise.all(
      clients.map(async (client) => {
        while (next <= runs) {
          const first = next;
          const last = Math.min(first + CHUNK - 1, runs);
          next = last + 1;
          for (const load of [LOAD_RUNS, LOAD_METRICS, LOAD_LOGS]) {
            await client.query(load, [first, last, ...history]);
          }
          this.progress.show('loading runs', last, runs);
        }
      }),
    );
  }
}

async function loading(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('SET session_replication_role = replica');
  await client.query('SET synchronous_commit = off');
  await client.query(`SET maintenance_work_mem = '1GB'`);
  return client;
}

async function makePartitions(client: Client, from: number, until: number): Promise<void> {
  await client.query(
    `SELECT agent_partition_create(parent, month::date)
     FROM unnest('{agent_metrics,agent_run_logs}'::text[]) AS parent,
       generate_series(date_trunc('month', $1::timestamptz AT TIME ZONE 'UTC'), $2::timestamptz AT TIME ZONE 'UTC', '1 month') AS month`,
    [new Date(from), new Date(until)],
  );
}
