import { endWith, loadConfiguration, runMain } from '#configuration';
import { createIngest } from './create-ingest.js';
import { IngestConfiguration } from './ingest-configuration.js';

runMain(async () => {
  const configuration = loadConfiguration(IngestConfiguration, process.env);
  const app = await createIngest(configuration, endWith);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(configuration.port, configuration.host);
});
