import { endWith, loadConfiguration, runMain } from '#configuration';
import { Standalone } from './standalone.js';
import { StandaloneConfiguration } from './standalone-configuration.js';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

runMain(async () => {
  const configuration = loadConfiguration(StandaloneConfiguration, process.env);
  const standalone = new Standalone(configuration, print, process.stdout.isTTY);
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
  const fail = (error: unknown): void => {
    standalone.stop().then(() => endWith(error), endWith);
  };
  await standalone.start(fail).catch(fail);
});
