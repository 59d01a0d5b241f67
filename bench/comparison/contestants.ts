import type { Pool } from 'pg';
import type { BenchServers } from '../support/bench-servers.js';
import { CeleryPeer } from './celery-peer.js';
import { type ComparisonOptions, isWanted } from './comparison-options.js';
import type { Contestant } from './contestant.js';
import { NodePeer, type NodePeerDefinition } from './node-peer.js';
import { Product } from './product.js';
import type { StoredRows } from './stored-rows.js';

const CELERY_RUNS = 5_000;
const REDIS = 'Redis appends to its file and syncs every second';

const NODE_PEERS: readonly NodePeerDefinition[] = [
  {
    id: 'bullmq',
    name: 'BullMQ, insert per job',
    settings: `BullMQ 6.7.0, one worker process, concurrency 100, one transaction per job on 16 connections; ${REDIS}`,
    backlogRuns: 20_000,
    program: 'bullmq.mjs',
    isBatched: false,
    keptIn: 'redis',
  },
  {
    id: 'bullmq-batched',
    name: 'BullMQ, micro-batches',
    settings: `BullMQ 6.7.0, one worker process, concurrency 500, jobs that are done at the same time are stored together, on 2 connections; ${REDIS}`,
    backlogRuns: 60_000,
    program: 'bullmq.mjs',
    isBatched: true,
    keptIn: 'redis',
  },
  {
    id: 'pg-boss',
    name: 'pg-boss, batches of 1,000',
    settings:
      'pg-boss 12.30.0, one process, 4 workers with batches of 1,000 in burst mode (`burstWhenBatchFull`), LISTEN/NOTIFY, each batch stored by one statement',
    backlogRuns: 100_000,
    program: 'pg-boss.mjs',
    isBatched: true,
    keptIn: { schema: 'pgboss' },
  },
  {
    id: 'graphile-worker',
    name: 'graphile-worker, micro-batches',
    settings:
      'graphile-worker 0.18.0, one process, concurrency 200, local queue of 500, completions batched, jobs that are done at the same time stored together, on 2 connections; its table of jobs vacuumed before the start',
    backlogRuns: 80_000,
    program: 'graphile-worker.mjs',
    isBatched: true,
    keptIn: { schema: 'graphile_worker' },
  },
];

/** Everybody whom the options ask for. */
export function contestantsOf(
  options: ComparisonOptions,
  { servers, database, rows, profiles }: ContestantTools,
): Contestant[] {
  const { runs: backlogRuns, concurrency, isQuick } = options;
  const scaled = (runs: number): number => (isQuick ? Math.ceil(runs / QUICK_DIVISOR) : runs);
  const product = { backlogRuns, concurrency, ...(profiles === undefined ? {} : { profiles }) };
  const all = [
    new Product(servers, rows, { ...product, pendingRows: true }),
    new Product(servers, rows, { ...product, pendingRows: false }),
    new CeleryPeer(servers, scaled(CELERY_RUNS)),
    ...NODE_PEERS.map(
      (peer) => new NodePeer(servers, database, { ...peer, backlogRuns: scaled(peer.backlogRuns) }),
    ),
  ];
  const unknown = options.only.filter((id) => !all.some((each) => each.id === id));
  if (unknown.length > 0) {
    throw new Error(`--only knows ${all.map(({ id }) => id).join(', ')}, not ${unknown.join(', ')}`);
  }
  return all.filter(({ id }) => isWanted(options, id));
}

/** A quick run is for trying the bench, not for figures. */
const QUICK_DIVISOR = 5;

export interface ContestantTools {
  readonly servers: BenchServers;
  /** As the owner of the tables. */
  readonly database: Pool;
  readonly rows: StoredRows;
  /** Where the product's processes leave profiles. */
  readonly profiles: string | undefined;
}
