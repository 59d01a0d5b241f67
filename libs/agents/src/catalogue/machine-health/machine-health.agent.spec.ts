import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeAgent } from '../../../testing/describe-agent.js';
import { runContext } from '../../../testing/run-context.js';
import { MachineHealthAgent } from './machine-health.agent.js';
import { MachineHealthModule } from './machine-health.module.js';

describeAgent(MachineHealthAgent, MachineHealthModule);

describe('MachineHealthAgent', () => {
  it('measures the machine that runs it', async () => {
    const metrics = await new MachineHealthAgent().run(runContext());

    expect(metrics.memory_total_bytes).toBe(totalmem());
    expect(metrics.disk_total_bytes).toBeGreaterThan(0);
    expect(metrics.uptime_seconds).toBeGreaterThan(0);
    expect(metrics.cpu_count).toBeGreaterThan(0);
    for (const percent of [metrics.memory_used_percent, metrics.disk_used_percent]) {
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(100);
    }
  });

  it('stops waiting when its attempt is aborted', async () => {
    const abort = new AbortController();

    const run = new MachineHealthAgent().run(runContext({ signal: abort.signal }));
    abort.abort();

    await expect(run).rejects.toThrow('aborted');
  });
});
