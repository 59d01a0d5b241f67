import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';
import { peerProgram } from './peer-program.mjs';
import { RunBatcher } from './run-batcher.mjs';
import { runAgent } from './store-runs.mjs';

const { DATABASE_URL } = process.env;
const TASK = 'run';
const logger = new Logger(() => (level, message) => {
  if (level === 'error') {
    process.stderr.write(`${message}\n`);
  }
});

const utils = await makeWorkerUtils({ connectionString: DATABASE_URL, logger });
await utils.migrate();

await peerProgram({
  work: async () => {
    // Else the planner takes the table of jobs for empty after many were added at once.
    await utils.withPgClient(
      async (client) => await client.query('VACUUM ANALYZE graphile_worker._private_jobs'),
    );
    const pool = new Pool({ connectionString: DATABASE_URL, max: 2 });
    const batcher = new RunBatcher(pool);
    const runner = await run({
      preset: {
        worker: {
          connectionString: DATABASE_URL,
          concurrentJobs: 200,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          maxPoolSize: 20,
          pollInterval: 500,
          logger,
        },
      },
      noHandleSignals: true,
      taskList: { [TASK]: async (payload) => await batcher.store(runAgent(payload)) },
    });
    return async () => {
      await runner.stop();
      await pool.end();
    };
  },
  enqueue: async (requests) => {
    await utils.addJobs(requests.map((payload) => ({ identifier: TASK, payload })));
  },
  close: async () => await utils.release(),
});
