import { Logger } from '@nestjs/common';
import { loadConfiguration, runMain } from '#configuration';
import { runSetup } from './run-setup.js';
import { SetupConfiguration } from './setup-configuration.js';

// What is done is printed below, for people. The libraries only add what goes wrong.
Logger.overrideLogger(['error', 'warn', 'fatal']);

runMain(async () => {
  const configuration = loadConfiguration(SetupConfiguration, process.env);
  await runSetup(configuration, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write('Everything is prepared\n');
});
