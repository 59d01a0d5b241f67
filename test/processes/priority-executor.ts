import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { PriorityAgentsModule } from '../priority/priority-agents.module.js';

/** An executor with an agent that runs alone, in a process of its own that can be killed. */
runMain(async () => {
  const configuration = loadConfiguration(ExecutorConfiguration, process.env);
  const app = await createExecutor(configuration, PriorityAgentsModule);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
  process.stdout.write('ready\n');
});
