import { PRODUCERS, REPORTS } from './batch-case.js';
import type { ComparisonOptions } from './comparison-options.js';
import { CONNECTIONS } from './post-case.js';

/** What the columns mean. */
export function measures({ load, recoveryLoad }: ComparisonOptions): string[] {
  return [
    '**Rows**: each run is 1 row in `agent_runs`, 5 in `agent_metrics` and its share of the daily sums of its agent, in one ' +
      'transaction, with the foreign key declared. After each case rows, metrics, orphans and sums are counted; a ' +
      'difference ends the bench.',
    '**On a backlog**: all requests wait before the first worker starts. runs/s are the commits from 5 % to 100 % of the ' +
      'runs, by their commit timestamps, so that the start of programs is in nobody’s figure. CPU, from /proc, and WAL ' +
      'are of the same span; memory is PSS, the most that was seen; of Postgres most of it are the shared buffers it has touched.',
    '**At an even pace**: after a warm-up of 3 s at that pace. Idle is 40 requests/s. start is the first line of the ' +
      "agent's code, commit the commit timestamp of the run's row; both from the moment before the request is sent. " +
      `The product is also asked for ${load} runs/s. All clocks are the same machine's. nats-server alone, from a ` +
      'publish to the callback of a consumer, is what no request can beat. Broker synced once a second: nats-server with ' +
      '`sync_interval: 1s`, which may lose at a power cut what the Redis of the peers may lose here; not as it is deployed.',
    `**POST /metrics**: wrk with ${CONNECTIONS} connections on one thread; 201 after the commit.`,
    `**Many reports at once**: ${PRODUCERS} producers, ${REPORTS} reports in each batch. COPY: one connection, the same rows, ` +
      `${REPORTS} runs in each transaction, from text that was made before.`,
    `**kill -9**: ${recoveryLoad} requests/s at an even pace; each process is killed and started again at once. Seconds until ` +
      'a second begins with at least 90 % of the commits of before. The slowest run is of those asked for until the next crash.',
    '**After Postgres was away**: the final events of runs wait in the stream, 8 to a message; seconds from the start of ' +
      'ingest to the last commit.',
  ];
}

/** What people who compare should know. */
export const CAVEATS = [
  'All processes, Postgres and the load generators share the cores. CPU per run differs less from run to run than speed.',
  'Postgres notes a commit just before it syncs it: the row is visible one sync later.',
  'In favour of the peers: Redis syncs once a second, the product’s broker every message. The product also keeps daily sums ' +
    'of each metric, and its events for replay. The peers’ runs are spread over 16 agents, so that transactions of single ' +
    'runs do not wait for one row of sums; the product’s are of one agent.',
  'Each request costs the product’s broker a sync of its own, which bounds how many can be asked for per second; what is ' +
    'asked for at a faster pace waits, and that is in its latency.',
  'In favour of the product: its ingest may write rows whose foreign key it knows to hold without the check; the peers’ are checked.',
  'On a Postgres that is away, or after a kill -9, the peers lose or repeat what their settings allow; that is not measured here.',
];
