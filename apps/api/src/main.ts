import { loadConfiguration, runMain } from '#configuration';
import { ApiConfiguration } from './api-configuration.js';
import { createApi } from './create-api.js';

runMain(async () => {
  const app = await createApi(loadConfiguration(ApiConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
});
