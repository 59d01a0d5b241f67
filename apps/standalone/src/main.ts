import { endWith, loadConfiguration, runMain } from '#configuration';
import { Logger } from '@nestjs/common';
import { NotifierConfiguration } from '../../notifier/src/notifier-configuration.js';
import { Standalone } from './standalone.js';
import { StandaloneConfiguration } from './standalone-configuration.js';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

// Until the logs are set up: what is done is printed for people.
Logger.overrideLogger(['warn', 'error', 'fatal']);

runMain(async () => {
  const configuration = loadConfiguration(StandaloneConfiguration, process.env);
  const notifier = loadConfiguration(NotifierConfiguration, {
    ...process.env,
    NATS_URL: 'nats://127.0.0.1', // where it really is shows when the servers have started
    NATS_URL_FILE: undefined,
  });
  const standalone = new Standalone(configuration, notifier, print, process.stdout.isTTY);
  let stopping = false;
  const stop = (): void => {
    if (stopping) {
      process.exit(1); // a second Ctrl-C: now. The servers are stopped by their guardians.
    }
    stopping = true;
    print('Stopping …');
    standalone.stop().then(() => process.exit(0), endWith);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const fail = async (error: unknown): Promise<never> => {
    await standalone.stop();
    return endWith(error);
  };
  try {
    await standalone.start((error) => void fail(error));
  } catch (error) {
    await fail(error);
  }
});
