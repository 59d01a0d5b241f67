import { CatalogueModule } from '#agents';
import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from './create-executor.js';
import { ExecutorConfiguration } from './executor-configuration.js';

runMain(async () => {
  const app = await createExecutor(loadConfiguration(ExecutorConfiguration, process.env), CatalogueModule);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
});
