import { loadConfiguration, runMain } from '#configuration';
import { SchedulerConfiguration } from './scheduler-configuration.js';
import { startScheduler } from './start-scheduler.js';

runMain(async () => {
  const app = await startScheduler(loadConfiguration(SchedulerConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
});
