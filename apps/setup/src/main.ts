import { Logger } from '@nestjs/common';
import { ConfigurationError, loadConfiguration } from '#configuration';
import { runSetup } from './run-setup.js';
import { SetupConfiguration } from './setup-configuration.js';

/** `EX_CONFIG` of sysexits.h. */
const BAD_CONFIGURATION = 78;
const FAILED = 1;

// What is done is printed below, for people. The libraries only add what goes wrong.
Logger.overrideLogger(['error', 'warn', 'fatal']);

try {
  const configuration = loadConfiguration(SetupConfiguration, process.env);
  await runSetup(configuration, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write('Everything is prepared\n');
} catch (error) {
  process.stderr.write(`${textOf(error)}\n`);
  process.exitCode = error instanceof ConfigurationError ? BAD_CONFIGURATION : FAILED;
}

/** A refused connection to a host with several addresses has no message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return error.errors.map(String).join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}
