import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { WaywardAgentsModule } from './agents/wayward-agents.module.js';

/** An executor with agents of every isolation; those in Python are where `EXECUTOR_PYTHON_DIR` says. */
runMain(async () => {
  const app = await createExecutor(
    loadConfiguration(ExecutorConfiguration, process.env),
    WaywardAgentsModule,
    {
      url: new URL('agents/wayward-agents.module.js', import.meta.url).href,
      name: 'WaywardAgentsModule',
    },
  );
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
  process.stdout.write('ready\n');
});
