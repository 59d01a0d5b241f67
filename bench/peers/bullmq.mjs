import { Queue, Worker } from 'bullmq';
import { Pool } from 'pg';
import { peerProgram } from './peer-program.mjs';
import { RunBatcher } from './run-batcher.mjs';
import { runAgent, storeRuns } from './store-runs.mjs';

const { DATABASE_URL, REDIS_PORT, PEER_BATCHED } = process.env;
const QUEUE = 'runs';
const connection = { host: '127.0.0.1', port: Number(REDIS_PORT), maxRetriesPerRequest: null };
const [concurrency, connections] = PEER_BATCHED === 'yes' ? [500, 2] : [100, 16];

const queue = new Queue(QUEUE, {
  connection,
  defaultJobOptions: { attempts: 3, removeOnComplete: true },
});

await peerProgram({
  work: async () => {
    const pool = new Pool({ connectionString: DATABASE_URL, max: connections });
    const batcher = new RunBatcher(pool);
    const store = PEER_BATCHED === 'yes' ? (run) => batcher.store(run) : (run) => storeRuns(pool, [run]);
    const worker = new Worker(QUEUE, async ({ data }) => await store(runAgent(data)), {
      connection,
      concurrency,
    });
    await worker.waitUntilReady();
    return async () => {
      await worker.close();
      await pool.end();
    };
  },
  enqueue: async (requests) => {
    await queue.addBulk(requests.map((data) => ({ name: 'run', data, opts: { jobId: data.request_id } })));
  },
  close: async () => await queue.close(),
});
