import { loadConfiguration, runMain } from '#configuration';
import { Clock } from '../../apps/scheduler/src/clock/clock.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';

/**
 * A scheduler on a clock that runs so many times as fast as the real one. All that read the same two instants from
 * their environment agree on it; SIGCONT makes this one jump ahead, and back.
 */
const realStartMs = Number(process.env['REAL_START_MS']);
const virtualStartMs = Number(process.env['VIRTUAL_START_MS']);
const factor = Number(process.env['CLOCK_FACTOR']);
const aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
let jumpMs = 0;

class VirtualClock extends Clock {
  override now(): number {
    return Math.floor(virtualStartMs + (Date.now() - realStartMs) * factor + aheadMs + jumpMs);
  }

  override msUntil(instantMs: number): number {
    return (instantMs - this.now()) / factor;
  }
}

runMain(async () => {
  process.on('SIGCONT', () => (jumpMs = jumpMs === 0 ? Number(process.env['CLOCK_JUMP_MS'] ?? 0) : 0));
  const clock = new VirtualClock();
  Clock.prototype.now = () => clock.now();
  Clock.prototype.set = () => undefined;
  Clock.prototype.msUntil = (instantMs) => clock.msUntil(instantMs);
  const app = await startScheduler(loadConfiguration(SchedulerConfiguration, process.env));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  process.stdout.write('ready\n');
});
