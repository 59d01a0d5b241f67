import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from } from 'pg-copy-streams';

// What Postgres takes at most: the rows of reports by COPY, 10,000 runs in a transaction, on one connection.
// The text is made beforehand. Tells the bench how many runs went in per second.

const BATCH = 10_000;
const WARM_UP_BATCHES = 2;
const AGENTS = 16;
const { DATABASE_URL, COPY_BATCHES, COPY_TRUSTED } = process.env;
const batches = Number(COPY_BATCHES);
const METRICS = [
  ['begun_at_ms', '1795305600000.125', '\\N'],
  ['rows', '3', '\\N'],
  ['ratio', '0.25', '\\N'],
  ['complete', '1', '\\N'],
  ['city', '\\N', 'Málaga'],
];

const COPY_RUNS = `
  COPY agent_runs (id, request_id, agent_name, status, trigger, requested_at, started_at, finished_at, attempt, report_hash)
  FROM STDIN`;
const COPY_METRICS = `
  COPY agent_metrics (run_id, agent_name, metric_name, metric_value, metric_text, recorded_at) FROM STDIN`;
const SUMMARISE = `
  INSERT INTO agent_daily_summaries AS kept (
    agent_name, day, runs_success, duration_count, duration_ms_sum, duration_ms_min, duration_ms_max
  )
  SELECT 'noop_' || number, (now() AT TIME ZONE 'UTC')::date, $1::bigint, $1::bigint, $1::bigint * 250, 250, 250
  FROM generate_series(0, ${AGENTS - 1}) AS number ORDER BY 1
  ON CONFLICT (agent_name, day) DO UPDATE SET
    runs_success = kept.runs_success + EXCLUDED.runs_success,
    duration_count = kept.duration_count + EXCLUDED.duration_count,
    duration_ms_sum = kept.duration_ms_sum + EXCLUDED.duration_ms_sum`;

const client = new Client({ connectionString: DATABASE_URL });
await client.connect();
if (COPY_TRUSTED === 'yes') {
  await client.query('SET session_replication_role = replica');
}
const texts = await Promise.all(Array.from({ length: WARM_UP_BATCHES + batches }, textsOf));
for (const text of texts.slice(0, WARM_UP_BATCHES)) {
  await copy(text);
}
const beganAt = performance.now();
for (const text of texts.slice(WARM_UP_BATCHES)) {
  await copy(text);
}
process.send({ runsPerSecond: (batches * BATCH * 1_000) / (performance.now() - beganAt) });
await client.end();
process.exit(0);

async function copy({ runs, metrics }) {
  await client.query('BEGIN');
  await pipeline([runs], client.query(from(COPY_RUNS)));
  await pipeline([metrics], client.query(from(COPY_METRICS)));
  await client.query({ name: 'summarise', text: SUMMARISE, values: [BATCH / AGENTS] });
  await client.query('COMMIT');
}

async function textsOf() {
  const { rows } = await client.query(
    `SELECT nextval('agent_runs_id_seq') AS id FROM generate_series(1, ${BATCH})`,
  );
  const finishedAt = new Date();
  const startedAt = new Date(finishedAt.getTime() - 250).toISOString();
  const at = finishedAt.toISOString();
  const runs = [];
  const metrics = [];
  rows.forEach(({ id }, index) => {
    const agent = `noop_${index % AGENTS}`;
    const hash = String(id).padStart(64, '0');
    runs.push(`${id}\tcopy-${id}\t${agent}\tsuccess\treport\t${at}\t${startedAt}\t${at}\t1\t${hash}\n`);
    METRICS.forEach(([name, value, text]) =>
      metrics.push(`${id}\t${agent}\t${name}\t${value}\t${text}\t${at}\n`),
    );
  });
  return { runs: Buffer.from(runs.join('')), metrics: Buffer.from(metrics.join('')) };
}
