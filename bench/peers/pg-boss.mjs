import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { peerProgram } from './peer-program.mjs';
import { runAgent, storeRuns } from './store-runs.mjs';

const { DATABASE_URL } = process.env;
const QUEUE = 'runs';

const boss = new PgBoss({ connectionString: DATABASE_URL, max: 10, useListenNotify: true });
boss.on('error', (error) => process.stderr.write(`${error.stack}\n`));
await boss.start();
await boss.createQueue(QUEUE, { notify: true, retryLimit: 3 });

await peerProgram({
  work: async () => {
    const pool = new Pool({ connectionString: DATABASE_URL, max: 4 });
    await boss.work(
      QUEUE,
      {
        batchSize: 1_000,
        localConcurrency: 4,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
      },
      async (jobs) => {
        await storeRuns(
          pool,
          jobs.map(({ data }) => runAgent(data)),
        );
      },
    );
    return async () => {
      await boss.stop({ graceful: true, timeout: 5_000 });
      await pool.end();
    };
  },
  enqueue: async (requests) => {
    await boss.insert(
      QUEUE,
      requests.map((data) => ({ data })),
    );
  },
  close: async () => await boss.stop({ graceful: true, timeout: 5_000 }),
});
