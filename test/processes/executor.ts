import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { SpecAgentsModule } from './agents/spec-agents.module.js';

/** An executor with the agents of the specs, in a process of its own that can be killed. */
runMain(async () => {
  const app = await createExecutor(loadConfiguration(ExecutorConfiguration, process.env), SpecAgentsModule);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
  process.stdout.write('ready\n');
});
