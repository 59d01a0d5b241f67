import { ConfigurationError, loadConfiguration } from '#configuration';
import { SchedulerConfiguration } from './scheduler-configuration.js';
import { startScheduler } from './start-scheduler.js';

/** `EX_CONFIG` of sysexits.h. */
const BAD_CONFIGURATION = 78;

try {
  const app = await startScheduler(loadConfiguration(SchedulerConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
} catch (error) {
  if (!(error instanceof ConfigurationError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = BAD_CONFIGURATION;
}
