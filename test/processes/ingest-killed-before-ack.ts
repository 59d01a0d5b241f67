import { endWith, loadConfiguration, runMain } from '#configuration';
import { createIngest } from '../../apps/ingest/src/create-ingest.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';

/** An ingest that dies by kill -9 right after the commit of its first batch of events, before it can ack them. */
runMain(async () => {
  const configuration = loadConfiguration(IngestConfiguration, process.env);
  const app = await createIngest(configuration, endWith);
  const writer = app.get(BatchWriter);
  const write = writer.writeOrSplit.bind(writer);
  writer.writeOrSplit = async (events) => {
    const outcome = await write(events);
    if (events.length > 0) {
      process.kill(process.pid, 'SIGKILL');
    }
    return outcome;
  };
  await app.listen(configuration.port, configuration.host);
  process.stdout.write('ready\n');
});
