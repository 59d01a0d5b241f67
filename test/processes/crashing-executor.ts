import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { CrashingAgentsModule } from './agents/crashing-agents.module.js';

/** An executor that its own agents kill. */
runMain(async () => {
  const app = await createExecutor(
    loadConfiguration(ExecutorConfiguration, process.env),
    CrashingAgentsModule,
  );
  await app.listen();
  process.stdout.write('ready\n');
});
