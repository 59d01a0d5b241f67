import { loadConfiguration, runMain } from '#configuration';
import { createNotifier } from './create-notifier.js';
import { NotifierConfiguration } from './notifier-configuration.js';

runMain(async () => {
  const app = await createNotifier(loadConfiguration(NotifierConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen();
});
