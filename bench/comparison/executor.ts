import { loadConfiguration, runMain } from '#configuration';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { NoopModule } from './noop.module.js';

/** The executor of the bench: the platform's own one with other agents. It tells the bench when it works. */
runMain(async () => {
  const configuration = loadConfiguration(ExecutorConfiguration, process.env);
  const app = await createExecutor(configuration, NoopModule, {
    url: new URL('noop.module.js', import.meta.url).href,
    name: 'NoopModule',
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
  process.send?.('ready');
});
