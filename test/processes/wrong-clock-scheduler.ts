import { loadConfiguration, runMain } from '#configuration';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';

/** A scheduler whose wall clock is wrong from the start, and is set by as much again with SIGCONT. */
const stepMs = Number(process.env['WALL_CLOCK_AHEAD_MS']);
const rightNow = Date.now.bind(Date);
let aheadMs = stepMs;
Date.now = () => rightNow() + aheadMs;

runMain(async () => {
  process.on('SIGCONT', () => (aheadMs += stepMs));
  const app = await startScheduler(loadConfiguration(SchedulerConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  process.stdout.write('ready\n');
});
